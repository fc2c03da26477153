cimport cython
from ir_platform.domain.flat_line cimport FlatLine, Names

cdef int _PLAIN, _TEXT, _INTEGER
cdef bytes _HOST, _PROVIDER, _USER, _SECURITY

cdef class SpanShape:
    cdef readonly bint is_known
    cdef readonly Py_ssize_t stamp, code, channel, computer, provider, target_user, subject_user
    cdef readonly tuple copies, addresses, texts, ports
    cdef readonly dict people

cdef class WindowsSpansReader:
    cdef str _origin
    cdef bytes _path
    cdef readonly dict _shapes
    @cython.locals(names=Names, shape=SpanShape, pieces=list, stamp=str)
    cpdef object read(self, FlatLine line, object offset, object record)
    @cython.locals(shape=SpanShape)
    cdef SpanShape _new_shape(self, Names names)

@cython.locals(
    code=str, channel=bytes, is_security=bint, known=bint, before=bytes, slot=Py_ssize_t, user=Py_ssize_t,
    value=bytes, port=bytes
)
cdef bint _add(list pieces, SpanShape shape, FlatLine line) except -1
@cython.locals(kind=int)
cdef str _code_of(FlatLine line, Py_ssize_t slot)
@cython.locals(whole=bytes, begin=Py_ssize_t, end=Py_ssize_t)
cdef object _add_own(list pieces, SpanShape shape, FlatLine line)
@cython.locals(value=bytes)
cdef object _add_text(list pieces, bytes before, FlatLine line, Py_ssize_t slot)
@cython.locals(kind=int, before=bytes, slot=Py_ssize_t, value=bytes)
cdef bint _add_addresses(list pieces, SpanShape shape, FlatLine line) except -1
