cdef class EventView:
    cdef public dict fields
    cdef dict _texts
    cdef dict _lowered
    cdef tuple _all_lowered
    cdef str _joined

    cpdef object value(self, object field)
    cpdef bint has(self, object field)
    cpdef tuple texts(self, object field)
    cpdef tuple lowered(self, object field)
    cpdef tuple every_text(self)
    cpdef tuple every_lowered(self)
    cpdef str joined_lowered(self)

cpdef tuple texts_of(object value)
