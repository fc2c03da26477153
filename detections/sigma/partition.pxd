cimport cython
from detections.sigma.literal_search cimport LiteralSearch
from detections.sigma.predicates cimport Predicate
from detections.sigma.view cimport EventView

cdef class Candidate:
    cdef readonly object matcher
    cdef readonly object index
    cdef public long long seen_at
    cdef Predicate _predicate
    cdef object _store
    cpdef bint accepts(self, EventView view) except -1

cdef class Partition:
    cdef object _store
    cdef dict _candidates
    cdef list _always
    cdef list _all
    cdef list _owners
    cdef public LiteralSearch _search
    cdef bint _is_watching
    cdef long long _seen
    cdef public long long _found
    cdef long long _searches
    cdef list _sample
    cdef readonly long long asked
    cdef public object has_learnt
    @cython.locals(one=Candidate, suspects=list, found=list)
    cpdef tuple find(self, bytes body, EventView view)
    @cython.locals(one=Candidate, numbers=list, owners=list, suspects=list)
    cpdef list _suspects(self, bytes body)
