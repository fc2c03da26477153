cimport cython
from detections.sigma.line_view cimport LineView
from detections.sigma.partition cimport Partition

cdef class Shape:
    cdef readonly tuple chosen
    cdef readonly bint has_blanks
    cdef readonly dict partitions

cdef class FlatLines:
    cdef frozenset _names
    cdef frozenset _prefixes
    cdef readonly dict _shapes
    cdef dict _added
    cdef Shape _waiting_shape
    cdef tuple _waiting_values
    cdef readonly dict fields
    cdef readonly tuple found
    cdef readonly Py_ssize_t passed_bytes
    @cython.locals(place=Py_ssize_t, line=bytes)
    cpdef Py_ssize_t skip_clean(self, list lines, Py_ssize_t start) except -1
    @cython.locals(fields=dict, names=tuple, shape=Shape, values=tuple)
    cpdef bint is_clean(self, bytes line) except -1
    @cython.locals(view=LineView, found=tuple)
    cdef bint _is_passed_over(self, Partition partition, bytes line, dict fields) except -1

@cython.locals(has_value=bint)
cdef bint _is_flat(dict fields) except -1
