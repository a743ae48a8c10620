/* late.c: the table of Z3's functions; see late.h. */
#include "compiler/solve/late.h"

#include <dlfcn.h>
#include <stddef.h>
#include <string.h>

Z3Functions Z3;

/* The one that a program built with this header runs with, and what a library without a version is called. */
static const char *const NAMES[] = {"libz3.so.4", "libz3.so"};

static const struct {
    const char *name;
    size_t offset;
} FUNCTIONS[] = {
#define Z3_ROW(name) {"Z3_" #name, offsetof(Z3Functions, name)},
    Z3_FUNCTIONS(Z3_ROW)
#undef Z3_ROW
};

bool z3_load(void)
{
    static bool is_loaded;
    void *library = NULL;
    if (is_loaded)
        return true;
    for (size_t i = 0; i < sizeof NAMES / sizeof *NAMES && library == NULL; i++)
        library = dlopen(NAMES[i], RTLD_LAZY | RTLD_LOCAL);
    if (library == NULL)
        return false;
    for (size_t i = 0; i < sizeof FUNCTIONS / sizeof *FUNCTIONS; i++) {
        void *address = dlsym(library, FUNCTIONS[i].name);
        if (address == NULL)
            return false;
        /* ISO C knows no way from an object to a function; POSIX says that their pointers are alike. */
        memcpy((char *)&Z3 + FUNCTIONS[i].offset, &address, sizeof address);
    }
    is_loaded = true;
    return true;
}
