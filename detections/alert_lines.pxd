cimport cython

cdef class AlertLines:
    cdef object _infos
    cdef frozenset _silent
    cdef dict _heads
    cdef list _pieces
    cdef readonly Py_ssize_t waiting_bytes
    @cython.locals(head=bytes, about=bytes, count=Py_ssize_t)
    cpdef Py_ssize_t add(self, tuple found, object place, object time_ns, bytes body) except -1
    cpdef bytes take(self)

cdef bytes _about(object place, object time_ns, bytes body)
