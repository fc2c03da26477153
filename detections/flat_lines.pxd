cimport cython
from detections.sigma.line_view cimport LineView
from detections.sigma.partition cimport Partition
from detections.sigma.span_view cimport Layout, SpanView
from ir_platform.domain.flat_line cimport FlatLine, Names

cdef int _LITERAL, _MAX_VALUE

cdef class Shape:
    cdef readonly tuple chosen
    cdef readonly bint has_blanks
    cdef readonly dict partitions

cdef class SpanShape:
    cdef readonly tuple chosen
    cdef readonly Layout layout
    cdef readonly dict partitions
    cdef public tuple last_values
    cdef public Partition last_partition

cdef class FlatLines:
    cdef frozenset _names
    cdef frozenset _prefixes
    cdef readonly dict _shapes
    cdef readonly dict _span_shapes
    cdef dict _added
    cdef dict _waiting
    cdef tuple _waiting_values
    cdef bint _takes_apart
    cdef FlatLine _line
    cdef SpanView _view
    cdef dict _fields
    cdef readonly bytes line
    cdef readonly tuple found
    cdef readonly Py_ssize_t passed_bytes
    @cython.locals(place=Py_ssize_t, line=bytes)
    cpdef Py_ssize_t skip_clean(self, list lines, Py_ssize_t start) except -1
    @cython.locals(fields=dict, names=tuple, shape=Shape, values=tuple)
    cpdef bint is_clean(self, bytes line) except -1
    @cython.locals(names=Names, shape=SpanShape, is_last=bint, partition=Partition, found=tuple)
    cdef bint _is_clean_apart(self, bytes line) except -1
    @cython.locals(place=Py_ssize_t, slot=Py_ssize_t, value=bytes)
    cdef bint _says(self, tuple slots, tuple values) except -1
    @cython.locals(slot=Py_ssize_t, values=tuple)
    cdef bint _has_partition(self, SpanShape shape) except -1
    @cython.locals(view=LineView, found=tuple)
    cdef bint _is_passed_over(self, Partition partition, bytes line, dict fields) except -1

@cython.locals(has_value=bint)
cdef bint _is_flat(dict fields) except -1
