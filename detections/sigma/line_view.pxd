cimport cython
from detections.sigma.view cimport EventView

cdef class LineView(EventView):
    cdef dict _added
    cdef readonly bint unsure
    @cython.locals(names=tuple, name=str)
    cpdef object value(self, object field)
    @cython.locals(names=tuple, name=str)
    cpdef bint has(self, object field)
    @cython.locals(added=tuple, sources=tuple, name=str)
    cdef _doubt(self, object field, str found, bint is_empty_enough)
    @cython.locals(name=str)
    cdef bint _has_one(self, tuple names, bint is_empty_enough) except -1
    cpdef tuple every_text(self)

cdef bint _may_change(object value) except -1
