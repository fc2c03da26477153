cimport cython

cdef class Shape:
    cdef readonly tuple copies
    cdef readonly str code
    cdef readonly str channel
    cdef readonly str computer
    cdef readonly str provider
    cdef readonly bint is_known
    cdef readonly str target_user
    cdef readonly str subject_user
    cdef readonly tuple addresses
    cdef readonly tuple texts
    cdef readonly tuple ports

cdef class FlatWindowsReader:
    cdef object _zone
    cdef str _path
    cdef str _origin
    cdef readonly dict _shapes
    @cython.locals(shape=Shape, fields=dict)
    cpdef object read(self, dict document, bytes original, object offset, object record)
    @cython.locals(shape=Shape)
    cdef Shape _shape(self, tuple names)

@cython.locals(length=Py_ssize_t, digits=str)
cpdef object plain_instant(str text)
@cython.locals(length=Py_ssize_t)
cpdef str stamp_of(str text, object time_ns)

cdef bint _is_plain(dict document) except -1
cdef _add(Shape shape, dict fields)
cdef _add_meaning(Shape shape, dict fields, str user)
cdef _add_text(dict fields, str name, object value)
