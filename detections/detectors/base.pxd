from detections.detectors.facts cimport Connection, is_vain, text_of
from detections.sigma.view cimport EventView

cdef class Observed:
    cdef readonly object id
    cdef readonly object time_ns
    cdef readonly bytes body
    cdef EventView _view
    cdef object _ref
    cdef public object sort
    cdef public Connection connection
    cdef readonly bint is_from_capture

    cpdef object put_away(self)
    cpdef str text(self, str name)
