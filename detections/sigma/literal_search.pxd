cdef class LiteralSearch:
    cdef object _database
    cdef object _scan
    cdef object _take
    cdef long long _count
    cdef list _found
    cdef bint _has_doubt
    cpdef list find(self, bytes body)
    cpdef list _find_again(self, bytes body)
