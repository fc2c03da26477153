cimport cython
from detections.detectors.facts cimport Connection
from detections.sigma.view cimport EventView

cdef class Observed:
    cdef readonly object id
    cdef readonly object time_ns
    cdef readonly EventView view
    cdef public object sort
    cdef public Connection connection
    cdef object _ref

    cpdef str text(self, str name)
