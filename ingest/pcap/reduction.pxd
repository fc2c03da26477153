cimport cython

cdef int _NEW, _NOTHING, _ALL, _TLS, _TURNS, _OTHER, _QUIC, _COUNTED, _WATCHED
cdef int _CLIENT_HELLO, _SERVER_HELLO, _MOST_RECORDS_BESIDE
cdef bytes _AFTER_CERTIFICATE
cdef int _CIPHERS_CHANGE, _HANDSHAKE, _APPLICATION, _FIRST_RECORD, _LAST_RECORD
cdef int _ANSWER
cdef int _LONG_FORM, _LONG, _NOT_INITIAL, _MOST_ID
cdef long long _LOST

@cython.no_gc
cdef class Shown:
    cdef int protocol, mode
    cdef readonly int low_port, high_port
    cdef readonly bint ends_with_connection
    cdef bint files, is_answer, record_tells, is_secret
    cdef long long bytes_left, packets_left, record_left
    cpdef heard(self, Shown other)
    @cython.locals(mode=cython.int, size=cython.Py_ssize_t)
    cpdef bint wants(self, bytes buffer, Py_ssize_t at, Py_ssize_t end, bint in_order)
    cpdef _classify(self, bytes buffer, Py_ssize_t at, Py_ssize_t end)
    cpdef int _tcp_mode(self, bytes buffer, Py_ssize_t at, Py_ssize_t end)
    cpdef int _udp_mode(self, bytes buffer, Py_ssize_t at, Py_ssize_t end)
    cpdef bint _begins_something(self, bytes buffer, Py_ssize_t at, Py_ssize_t end)
    cpdef bint _has_port(self, frozenset ports)
    @cython.locals(size=cython.longlong, is_whole=cython.bint)
    cpdef bint _is_over(self, bytes buffer, Py_ssize_t at, Py_ssize_t end, long long length)
    @cython.locals(position=cython.longlong, kind=cython.int, length=cython.longlong, tells=cython.bint)
    cpdef bint _wants_tls(self, bytes buffer, Py_ssize_t at, Py_ssize_t end, bint in_order)

cdef bint _ends_mail(bytes buffer, Py_ssize_t at, Py_ssize_t end)
cdef bint _is_dtls(bytes buffer, Py_ssize_t at, Py_ssize_t end)
cdef bint _is_tls(bytes buffer, Py_ssize_t at, Py_ssize_t end)
@cython.locals(second=cython.Py_ssize_t)
cdef bint _is_quic(bytes buffer, Py_ssize_t at, Py_ssize_t end)
@cython.locals(questions=cython.int, is_answer=cython.bint)
cdef bint _is_dns(bytes buffer, Py_ssize_t at, Py_ssize_t end)
