cimport cython

cdef long long _SECOND_NS, _LAST_NS
cdef int _ENHANCED_PACKET, _ENHANCED_HEAD

@cython.locals(
    big=cython.bint, fraction_ns=cython.longlong, head_bytes=cython.Py_ssize_t, size=cython.Py_ssize_t,
    last=cython.Py_ssize_t, captured=cython.longlong, start=cython.Py_ssize_t, end=cython.Py_ssize_t,
    time_ns=cython.longlong, wire=cython.longlong, packets=list
)
cpdef pcap_records(bytes buffer, Py_ssize_t position, object form)

@cython.locals(
    packets=list, size=cython.Py_ssize_t, known=cython.Py_ssize_t, length=cython.longlong, captured=cython.longlong,
    interface=cython.Py_ssize_t, high=cython.longlong, link=cython.longlong, tick_ns=cython.longlong,
    offset_ns=cython.longlong, time_ns=cython.longlong, start=cython.Py_ssize_t, wire=cython.longlong
)
cpdef enhanced_packets(bytes buffer, Py_ssize_t position, bint big, list interfaces)

@cython.locals(value=cython.longlong)
cdef long long _u32(bytes buffer, Py_ssize_t at, bint big)
