from detections.sigma.view cimport EventView

cdef tuple _NOTHING
cdef frozenset _BY_THE_WAY

cpdef str summarize(EventView view)
cdef str _flow_summary(dict fields)
cdef str _port(object port)
cdef bint _tells(str name, object value) except -1
cdef str _short(object value)
