cimport cython
from detections.sigma.view cimport EventView

cdef class Known:
    cdef object _test
    cdef dict _answers
    cpdef bint passes(self, str text) except -1

cdef class Predicate:
    cpdef bint accepts(self, EventView view) except -1

cdef class AllOf(Predicate):
    cdef tuple _parts
    @cython.locals(part=Predicate)
    cpdef bint accepts(self, EventView view) except -1

cdef class AnyOf(Predicate):
    cdef tuple _parts
    @cython.locals(part=Predicate)
    cpdef bint accepts(self, EventView view) except -1

cdef class NotThis(Predicate):
    cdef Predicate _part
    cpdef bint accepts(self, EventView view) except -1

cdef class Equals(Predicate):
    cdef object _field
    cdef frozenset _texts
    @cython.locals(text=str)
    cpdef bint accepts(self, EventView view) except -1

cdef class StartsWith(Predicate):
    cdef object _field
    cdef tuple _texts
    @cython.locals(text=str, start=str)
    cpdef bint accepts(self, EventView view) except -1

cdef class EndsWith(Predicate):
    cdef object _field
    cdef tuple _texts
    @cython.locals(text=str, end=str)
    cpdef bint accepts(self, EventView view) except -1

cdef class Contains(Predicate):
    cdef object _field
    cdef tuple _texts
    @cython.locals(text=str, part=str)
    cpdef bint accepts(self, EventView view) except -1

cdef class ContainsOneOfMany(Predicate):
    cdef object _field
    cdef tuple _texts
    cdef object _make_search
    cdef object _search
    @cython.locals(text=str, part=str)
    cpdef bint accepts(self, EventView view) except -1

cdef class Passes(Predicate):
    cdef object _field
    cdef Known _known
    cdef bint _is_cased
    @cython.locals(text=str)
    cpdef bint accepts(self, EventView view) except -1

cdef class Matches(Predicate):
    cdef object _field
    cdef object _make_search
    cdef Known _known
    cdef tuple _marks
    cdef bint _is_cased
    @cython.locals(text=str, mark=str, is_possible=bint)
    cpdef bint accepts(self, EventView view) except -1

cdef class NumberIsOneOf(Predicate):
    cdef object _field
    cdef frozenset _numbers
    cdef frozenset _written
    cdef Known _known
    @cython.locals(text=str)
    cpdef bint accepts(self, EventView view) except -1

cdef class IsEmpty(Predicate):
    cdef object _field
    cpdef bint accepts(self, EventView view) except -1

cdef class IsThere(Predicate):
    cdef object _field
    cpdef bint accepts(self, EventView view) except -1

cdef class IsLike(Predicate):
    cdef object _field
    cdef object _other
    cdef object _compare
    cpdef bint accepts(self, EventView view) except -1

cdef class AnywhereContains(Predicate):
    cdef str _text
    cpdef bint accepts(self, EventView view) except -1

cdef class AnywherePasses(Predicate):
    cdef object _test
    cdef bint _is_cased
    cpdef bint accepts(self, EventView view) except -1
