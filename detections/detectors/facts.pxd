cimport cython

cdef long long _FRAME_OVERHEAD, _PROBE_PACKETS, _FIRST_EPHEMERAL_PORT
cdef frozenset _TALK, _TALKED

cdef class Connection:
    cdef readonly str source
    cdef readonly str destination
    cdef readonly object start_ns
    cdef readonly long long source_port
    cdef readonly long long destination_port
    cdef readonly str transport
    cdef readonly str protocol
    cdef readonly long long duration_ns
    cdef readonly long long packets_out
    cdef readonly long long packets_in
    cdef readonly long long bytes_out
    cdef readonly long long bytes_in
    cdef readonly long long payload_out
    cdef readonly long long payload_in
    cdef readonly frozenset flags
    cdef readonly object is_failed
    cdef readonly bint is_denied
    cdef readonly bint is_counted
    cdef readonly long long weight
    cdef readonly bint is_part

cpdef object sort_of(dict fields)
@cython.locals(found=Connection)
cpdef Connection connection_of(dict fields, object time_ns)
cpdef str text_of(object value)
@cython.locals(told_ns="long long")
cdef long long _duration_of(dict fields, object start_ns) except -1
cdef object _start_of(dict fields, object time_ns)
cdef long long _payload(dict fields, tuple names, long long size, long long packets) except -1
cdef frozenset _flags(dict fields)
cdef object _is_failed(dict fields)
cdef bint _is_backwards(Connection one) except -1
cdef object _turn(Connection one)
cpdef bint is_answer(Connection one) except -1
cpdef bint is_vain(Connection one) except -1
cdef bint _is_tcp_probe(frozenset flags, Connection one) except -1
cpdef object whole(object value, object most=*)
