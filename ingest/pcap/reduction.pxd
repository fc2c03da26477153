cimport cython

cdef int _NEW, _NOTHING, _ALL, _TLS, _TURNS, _OTHER, _QUIC, _COUNTED
cdef int _HANDSHAKE, _APPLICATION, _FIRST_RECORD, _LAST_RECORD, _QUIC_PORT, _LONG
cdef long long _LOST

@cython.no_gc
cdef class Shown:
    cdef int protocol, mode
    cdef readonly int low_port, high_port
    cdef bint files
    cdef long long bytes_left, packets_left, record_left
    cpdef heard(self)
    @cython.locals(mode=cython.int, size=cython.Py_ssize_t)
    cpdef bint wants(self, bytes buffer, Py_ssize_t at, Py_ssize_t end, bint in_order)
    cpdef _classify(self, bytes buffer, Py_ssize_t at, Py_ssize_t end)
    cpdef int _tcp_mode(self, bytes buffer, Py_ssize_t at, Py_ssize_t end)
    cpdef int _udp_mode(self, bytes buffer, Py_ssize_t at, Py_ssize_t end)
    @cython.locals(position=cython.longlong, kind=cython.int)
    cpdef bint _wants_tls(self, bytes buffer, Py_ssize_t at, Py_ssize_t end, bint in_order)

cdef bint _ends_mail(bytes buffer, Py_ssize_t at, Py_ssize_t end)
cdef bint _is_tls(bytes buffer, Py_ssize_t at, Py_ssize_t end)
cdef bint _is_quic(bytes buffer, Py_ssize_t at, Py_ssize_t end)
