cimport cython

from ir_platform.adapters.events.query.forms cimport Forms

@cython.locals(columns=dict)
cdef dict _columns(Forms forms)
cdef list _shapes(list names)
@cython.locals(found=dict)
cdef dict _by_name(list values)
