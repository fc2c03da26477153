cimport cython

cdef int _PLAIN, _TEXT, _INTEGER, _LITERAL, _LIST, _MAX_FIELDS, _MAX_KNOWN_NAMES, _MAX_NAME_BYTES, _MAX_DIGITS
cdef int _QUOTE, _COMMA, _MINUS, _ZERO, _NINE, _COLON, _OPEN_LIST, _BACKSLASH, _CLOSE_LIST, _LETTER_F, _LETTER_T
cdef int _LETTER_U, _OPEN, _CLOSE, _SPACE, _BEYOND_ASCII, _EMPTY_BYTES, _UNKNOWN
cdef bytes _SHORT, _HEX, _TRUE, _FALSE, _WITH_LETTER

cdef class Names:
    cdef Names _parent
    cdef bytes _key
    cdef dict _next
    cdef Names _likely
    cdef tuple _all
    @cython.locals(here=Names)
    cpdef list _keys(self)

cdef class FlatLine:
    cdef Names _first
    cdef readonly Py_ssize_t known
    cdef readonly bytes line
    cdef readonly Names names
    cdef readonly bint is_compact
    cdef readonly bint has_value
    cdef readonly long long[::1] starts
    cdef readonly long long[::1] ends
    cdef readonly long long[::1] kinds
    cdef int _kind
    cdef set _seen
    @cython.locals(names=Names)
    cpdef bint read(self, bytes line) except -1
    cpdef bytes raw(self, Py_ssize_t slot)
    @cython.locals(start=Py_ssize_t)
    cpdef bint says(self, Py_ssize_t slot, bytes raw) except -1
    cpdef bint is_empty(self, Py_ssize_t slot) except -1
    @cython.locals(
        at=Py_ssize_t, count=Py_ssize_t, size=Py_ssize_t, end=Py_ssize_t, here=Names, following=Names, byte=cython.uchar
    )
    cdef Names _read_fields(self, bytes line)
    @cython.locals(likely=Names, following=Names, end=Py_ssize_t, key=bytes)
    cdef Names _name_at(self, bytes line, Py_ssize_t at, Names here)
    @cython.locals(following=Names)
    cdef Names _new(self, Names here, bytes key)
    @cython.locals(first=cython.uchar, end=Py_ssize_t)
    cdef Py_ssize_t _value_at(self, bytes line, Py_ssize_t at, Py_ssize_t size, Py_ssize_t slot) except -2
    @cython.locals(end=Py_ssize_t)
    cdef Py_ssize_t _list_end(self, bytes line, Py_ssize_t at, Py_ssize_t size) except -2
    @cython.locals(first=cython.uchar, byte=cython.uchar, word=bytes)
    cdef Py_ssize_t _scalar_end(self, bytes line, size_t at, size_t size) except -2

@cython.locals(content="const char*")
cdef bytes _between(bytes line, Py_ssize_t start, Py_ssize_t end)
@cython.locals(length=size_t, place=size_t)
cdef bint _stands_at(bytes line, size_t at, bytes word) except -1
@cython.locals(size=size_t, byte=cython.uchar)
cdef Py_ssize_t _end_of_name(bytes line, size_t at) except -2
@cython.locals(start=Py_ssize_t, digits=Py_ssize_t)
cdef Py_ssize_t _integer_end(bytes line, Py_ssize_t at, Py_ssize_t size) except -2
@cython.locals(byte=cython.uchar, end=Py_ssize_t)
cdef Py_ssize_t _text_end(bytes line, size_t at, size_t size) except -2
@cython.locals(byte=cython.uchar, digit=cython.uchar)
cdef Py_ssize_t _escape_end(bytes line, Py_ssize_t at, Py_ssize_t size) except -2
@cython.locals(first=cython.uchar, byte=cython.uchar, low=int, high=int, end=Py_ssize_t, place=Py_ssize_t)
cdef Py_ssize_t _character_end(bytes line, Py_ssize_t at, Py_ssize_t size) except -2
