cimport cython

from ingest.pcap.reduction cimport Shown
from ingest.pcap.tls_end cimport TlsEnd

cdef list _BYTES
cdef int _TLS_BITS
cdef int _ETHERNET, _TCP, _UDP, _ICMP, _ICMPV6, _FIN, _SYN, _RST, _ACK, _IPV4_PLAIN, _SPLIT_BITS
cdef int _MIN_TCP_FRAME, _MIN_UDP_FRAME, _FTP, _TFTP, _VXLAN, _GENEVE, _GTP, _BUCKETS, _ATTEMPT_PACKETS
cdef long long _SECOND_NS, _HALF_SEQUENCE, _SEQUENCE, _WINDOW_NS

@cython.no_gc
cdef class Side:
    cdef bytes key
    cdef int protocol, flags, part, shard
    cdef public long long first_ns
    cdef long long last_ns, packets, bytes, payload, retransmissions, sequence, syn_ns, round_trip_ns, hole, hole_bytes
    cdef Side peer
    cdef object detail, opening
    cdef Shown shown
    cdef TlsEnd tls
    cdef bint leads, is_repeat

cdef class _Held:
    cdef object flow
    cdef long long flows, first_ns, last_ns
    cdef list source, destination
    @cython.locals(one=Side)
    cpdef add(self, Side side)

cdef class FlowTable:
    cdef public object counts
    cdef object _limits, _wanted, _announced, _locator, _held
    cdef long long[::1] _to, _from
    cdef dict _tcp, _udp, _tables
    cdef list _done, _parts, _said
    cdef long long _tcp_idle_ns, _udp_idle_ns, _other_idle_ns, _active_ns, _max_open
    cdef long long _open, _until_sweep, _sweep_at_ns, _packets, _bytes, _link_run, _link_before, _first_ns, _last_ns
    cdef long long _window, _told_singly, _told_together

    @cython.locals(packet=tuple)
    cpdef _add_all(self, list packets)

    @cython.locals(
        flags=cython.int, at=cython.Py_ssize_t, transport=cython.Py_ssize_t, protocol=cython.int, size=cython.Py_ssize_t,
        header=cython.int, length=cython.longlong, payload=cython.longlong, key=bytes, table=dict,
        idle_ns=cython.longlong, side=Side, in_order=cython.bint, speaks=cython.bint, stop=cython.Py_ssize_t
    )
    cpdef _add(self, long long time_ns, long long link, long long wire, bytes buffer, Py_ssize_t start, Py_ssize_t end)
    cpdef _count(self, long long time_ns, long long link, long long wire)
    cpdef _tell_links(self)
    cpdef _tell(self)
    @cython.locals(source=cython.int, destination=cython.int)
    cpdef bint _is_tunnel(self, bytes buffer, Py_ssize_t ports)
    cpdef long long _idle_ns(self, int protocol)
    @cython.locals(other=Side, side=Side, lead=Side, turned=bytes)
    cpdef Side _begin(self, dict table, bytes key, int protocol, long long time_ns, int flags, object located)
    cpdef bint _has_ended(self, dict table, Side side, long long time_ns, long long idle_ns)
    cpdef _end(self, dict table, Side lead)
    @cython.locals(lead=Side)
    cpdef _tell_part(self, Side side, long long time_ns)
    @cython.locals(
        sequence=cython.longlong, expected=cython.longlong, ahead=cython.longlong, following=cython.longlong, peer=Side
    )
    cpdef bint _follow(
        self, Side side, bytes buffer, Py_ssize_t at, long long payload, int flags, long long time_ns
    )
    @cython.locals(shown=Shown)
    cpdef _show(
        self, Side side, long long time_ns, long long link, long long wire, bytes buffer, Py_ssize_t start,
        Py_ssize_t end, Py_ssize_t at, Py_ssize_t stop, bint in_order, bint says
    )
    @cython.locals(peer=Side)
    cpdef _open_up(
        self, Side side, long long time_ns, bytes buffer, Py_ssize_t at, Py_ssize_t stop, int low, int high
    )
    cpdef _listen(self, Side side, bytes buffer, Py_ssize_t at, Py_ssize_t stop)
    @cython.locals(full=cython.bint, oldest_ns=cython.longlong, side=Side)
    cpdef _make_room(self, long long now_ns)
    @cython.locals(side=Side)
    cpdef _give_out_early(self, long long count)
    @cython.locals(side=Side)
    cpdef _give(self)
    @cython.locals(
        window=cython.longlong, key=bytes, size=cython.Py_ssize_t, to=cython.int, of=cython.int,
        flooded=cython.bint, held=_Held
    )
    cpdef _sampled(self, Side side)
    cpdef _together(self, _Held held)

@cython.locals(side=Side, sides=list)
cdef list _leading(dict table)
@cython.locals(value=cython.ulonglong, place=cython.Py_ssize_t)
cdef int _bucket(bytes key, Py_ssize_t start, Py_ssize_t end)
@cython.locals(lead=Side)
cdef int _shard(Side side)
cdef bint _is_tunnel_port(int port)
cdef _part(Side side)
@cython.locals(side=Side, found=list)
cdef list _attempts(list sides, Py_ssize_t most)
cpdef long long _last_ns_of(Side side)
cdef bytes _turned(bytes key)
cdef bint _is_attempt(Side side)
cdef long long _last_ns(Side side)
cdef _renew(Side side, long long time_ns)
@cython.locals(peer=Side, first_ns=cython.longlong, last_ns=cython.longlong)
cdef _flow(Side lead)
cdef _protocol(Side lead)
cdef int _tls_seen(Side side)
