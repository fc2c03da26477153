cimport cython

cdef class Forms:
    cdef public str id
    cdef public object time_us
    cdef public list names
    cdef public list whole
    cdef public dict texts
    cdef public list mixed
    cdef public list others
    cdef public list addresses
    cdef public list numbers
    cdef public list loose_numbers
    cdef public bint is_cut

cdef class _Value:
    cdef tuple address
    cdef tuple number
    cdef tuple loose
    cdef tuple mixed
    cdef str text
    cdef str whole
    cdef Py_ssize_t length
    @cython.locals(text=str)
    cdef str _text_of(self, str name, object kind, object value)

cdef dict _KNOWN
cdef frozenset _NESTED

@cython.locals(forms=Forms, budget=Py_ssize_t, values_left=Py_ssize_t, known=_Value)
cpdef Forms forms_of(str event_id, object time_ns, dict fields)
@cython.locals(found=_Value, length=Py_ssize_t)
cdef _Value _known(str name, object value)
@cython.locals(made=_Value)
cdef _Value _learnt(str name, object value)
cdef bint _is_name(str name) except -1
cdef void _put(Forms forms, _Value value) except *
cdef void _put_measured(Forms forms, _Value value) except *
@cython.locals(made=_Value, length=Py_ssize_t, text=str)
cdef Py_ssize_t _add(Forms forms, str name, object value, Py_ssize_t budget) except -1
