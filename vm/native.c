/* native.c: functions of the host, called through libffi.
**
** The call interface is prepared once per session and native; a call then only fills pointers. Numbers cross as two
** integers and texts as pointer and size, so nothing of libbeding's own structs is part of a native's C form.
** BD_WITHOUT_NATIVES leaves libffi out: then only the one form that the standard library needs can be called.
*/
#include "native.h"

#include <string.h>

#include "core/date.h"

#ifndef BD_WITHOUT_NATIVES
#include <ffi.h>
#endif

static bool is_letter(char c, bool is_result)
{
    return c == 'i' || c == 'd' || c == 'b' || c == 'n' || (c == 't' && !is_result);
}

bool signature_read(Text text, Signature *out)
{
    memset(out, 0, sizeof *out);
    if (text.size < 3 || !is_letter(text.data[0], true) || text.data[1] != '(' || text.data[text.size - 1] != ')')
        return false;
    if (text.size - 3 > PROGRAM_MAX_CALL_ARGUMENTS)
        return false;
    out->result = text.data[0];
    out->arg_count = (uint32_t)(text.size - 3);
    for (uint32_t i = 0; i < out->arg_count; i++) {
        out->args[i] = text.data[2 + i];
        if (!is_letter(out->args[i], false))
            return false;
    }
    return true;
}

uint32_t signature_result_kind(char letter)
{
    switch (letter) {
    case 'b': return BD_KIND_BOOL;
    case 'n': return BD_KIND_RATIO;
    case 't': return BD_KIND_TEXT;
    default: return BD_KIND_INT;
    }
}

bool signature_accepts(char letter, uint32_t kind)
{
    return kind == signature_result_kind(letter) || (letter == 'n' && kind == BD_KIND_SCALED);
}

/* Puts the greatest common divisor out of a ratio; false when the denominator is below 1 or the numerator has no
** negation. */
static bool reduce(int64_t ratio[2])
{
    if (ratio[1] < 1 || ratio[0] == INT64_MIN)
        return false;
    int64_t a = ratio[0] < 0 ? -ratio[0] : ratio[0], b = ratio[1];
    while (a != 0) {
        int64_t rest = b % a;
        b = a;
        a = rest;
    }
    ratio[0] /= b;
    ratio[1] /= b;
    return true;
}

#ifndef BD_WITHOUT_NATIVES

enum { C_ARGS_MAX = 2 * PROGRAM_MAX_CALL_ARGUMENTS + 1 };

struct NativeCall {
    ffi_cif cif;
    ffi_type *types[C_ARGS_MAX];
    NativeFunction function;
    Signature signature;
};

bool native_form_is_callable(const Signature *signature)
{
    (void)signature;
    return true;
}

NativeCall *native_prepare(Arena *arena, const Signature *signature, NativeFunction function)
{
    NativeCall *call = arena_alloc(arena, sizeof *call);
    unsigned count = 0;

    if (!call)
        return NULL;
    call->function = function;
    call->signature = *signature;
    for (uint32_t i = 0; i < signature->arg_count; i++) {
        switch (signature->args[i]) {
        case 'b': call->types[count++] = sizeof(bool) == 1 ? &ffi_type_uint8 : &ffi_type_uint32; break;
        case 'n':
            call->types[count++] = &ffi_type_sint64;
            call->types[count++] = &ffi_type_sint64;
            break;
        case 't':
            call->types[count++] = &ffi_type_pointer;
            call->types[count++] = sizeof(size_t) == 8 ? &ffi_type_uint64 : &ffi_type_uint32;
            break;
        default: call->types[count++] = &ffi_type_sint32; break;
        }
    }
    call->types[count++] = &ffi_type_pointer;
    return ffi_prep_cif(&call->cif, FFI_DEFAULT_ABI, count, &ffi_type_sint32, call->types) == FFI_OK ? call : NULL;
}

/* What the function returns: 0 when it made a result at `out`. */
static int32_t call_function(const NativeCall *call, const NativeValue *args, void *out)
{
    NativeValue copies[PROGRAM_MAX_CALL_ARGUMENTS];
    void *values[C_ARGS_MAX];
    ffi_cif cif = call->cif; /* ffi_call wants it writable */
    ffi_sarg status = 1;     /* narrower results come back widened */
    unsigned count = 0;

    for (uint32_t i = 0; i < call->signature.arg_count; i++) {
        copies[i] = args[i];
        switch (call->signature.args[i]) {
        case 'n':
            values[count++] = &copies[i].is.ratio[0];
            values[count++] = &copies[i].is.ratio[1];
            break;
        case 't':
            values[count++] = &copies[i].is.text.data;
            values[count++] = &copies[i].is.text.size;
            break;
        default: values[count++] = &copies[i].is; break;
        }
    }
    values[count++] = &out;
    ffi_call(&cif, call->function, &status, values);
    return (int32_t)status;
}

#else

struct NativeCall {
    NativeFunction function;
    Signature signature;
};

/* n(tn): a number of a text and a number, as stdlib/natives.h has them. */
typedef int (*NumberOfText)(const char *text, size_t size, int64_t numerator, int64_t denominator, int64_t *out);

bool native_form_is_callable(const Signature *signature)
{
    return signature->result == 'n' && signature->arg_count == 2 && signature->args[0] == 't' &&
           signature->args[1] == 'n';
}

NativeCall *native_prepare(Arena *arena, const Signature *signature, NativeFunction function)
{
    NativeCall *call = native_form_is_callable(signature) ? arena_alloc(arena, sizeof *call) : NULL;
    if (!call)
        return NULL;
    call->function = function;
    call->signature = *signature;
    return call;
}

static int32_t call_function(const NativeCall *call, const NativeValue *args, void *out)
{
    NumberOfText function = (NumberOfText)call->function;
    return function(args[0].is.text.data, args[0].is.text.size, args[1].is.ratio[0], args[1].is.ratio[1], out);
}

#endif

bool native_call(const NativeCall *call, const NativeValue *args, NativeValue *result)
{
    memset(&result->is, 0, sizeof result->is);
    if (call_function(call, args, &result->is) != 0)
        return false;
    if (call->signature.result == 'b') {
        unsigned char byte;
        memcpy(&byte, &result->is, 1); /* whatever the host wrote, it becomes 0 or 1 */
        result->is.boolean = byte != 0;
    }
    if (call->signature.result == 'd' && !date_is_valid(result->is.integer))
        return false;
    return call->signature.result != 'n' || reduce(result->is.ratio);
}
