cimport cython
from detections.sigma.view cimport EventView
from ir_platform.domain.flat_line cimport FlatLine

cdef int _PLAIN

cdef class Step:
    cdef readonly Py_ssize_t slot
    cdef readonly bint is_renamed
    cdef readonly bint is_doubtful
    cdef readonly tuple sources

cdef class Layout:
    cdef dict _slots
    cdef readonly bint is_windows
    cdef readonly dict _known
    cpdef tuple steps(self, object field)

cdef class SpanView(EventView):
    cdef FlatLine _line
    cdef Layout _layout
    cdef readonly bint unsure
    cpdef object show(self, Layout layout)
    @cython.locals(step=Step, slot=Py_ssize_t)
    cpdef object value(self, object field)
    @cython.locals(step=Step)
    cpdef bint has(self, object field)
    cpdef tuple every_text(self)
    @cython.locals(line=bytes)
    cdef object _made(self, Py_ssize_t slot)
