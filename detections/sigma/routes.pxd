cimport cython
from detections.sigma.partition cimport Partition

cdef class Shape:
    cdef readonly tuple chosen
    cdef readonly dict partitions

cdef class Routes:
    cdef frozenset _names
    cdef dict _shapes
    cdef Py_ssize_t _remembered
    cdef Shape _shape
    cdef tuple _values
    @cython.locals(names=tuple, shape=Shape)
    cpdef Partition find(self, dict fields)

@cython.locals(texts=list)
cdef object _as_key(object value)
