cimport cython

cdef int _CHANGED, _FINISHED, _DATA, _REFUSED, _LOST, _CIPHERS_CHANGE, _ALERT, _HANDSHAKE, _APPLICATION, _LAST_RECORD
cdef int _ALERT_BYTES, _FATAL, _SECRET_ALERT_BYTES, _MOST_PACKETS

@cython.no_gc
cdef class TlsEnd:
    cdef readonly int seen
    cdef readonly bint is_over
    cdef int packets
    cdef long long rest
    @cython.locals(position=cython.longlong, kind=cython.int, length=cython.int)
    cpdef follow(self, bytes buffer, Py_ssize_t at, Py_ssize_t end, bint in_order)
    cpdef _stop(self, int why)

cdef bint _is_fatal(bytes buffer, Py_ssize_t at, Py_ssize_t end, int length)
