cdef int _TCP, _UDP, _LEAST, _GREETING_BYTES, _HTTP_HEAD_BYTES, _IAC, _SB, _DONT, _LAST_OPTION
cdef int _HANDSHAKE, _BRACE, _LONG, _CONNECTION_REQUEST
cdef dict _NAMED

cpdef opening_of(bytes buffer, Py_ssize_t at, Py_ssize_t end, int protocol, int low_port, int high_port)
cdef str _of_stream(bytes buffer, Py_ssize_t at, Py_ssize_t end, int low_port, int high_port)
cdef str _of_datagram(bytes buffer, Py_ssize_t at, Py_ssize_t end, int low_port, int high_port)
cdef bint _is_telnet(bytes buffer, Py_ssize_t at, Py_ssize_t end)
cdef bint _is_rdp(bytes buffer, Py_ssize_t at, Py_ssize_t end)
cdef bint _is_dns_over_tcp(bytes buffer, Py_ssize_t at, Py_ssize_t end, int low_port, int high_port)
cdef str _greeting(bytes text)
