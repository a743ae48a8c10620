/* native.h: functions of the host, called through libffi.
**
** A native is a plain C function, pure, declared in a contract with a signature text: the result's letter, then the
** arguments' letters in brackets, as in "i(dd)".
**     i, d  int32_t (an integer; a date as day number)      b  bool
**     n     a number, as two int64_t: numerator and denominator, in lowest terms
**     t     a text, as const char * and size_t (arguments only)
** The C function takes the arguments in order and last a pointer to the result (int32_t *, bool *, or int64_t[2]); it
** returns an int, 0 when it made a result. Anything else is a fault of the calling instruction.
*/
#ifndef BEDING_NATIVE_H
#define BEDING_NATIVE_H

#include "core/limits.h"
#include "core/number.h"
#include "core/text.h"
#include "module.h"

typedef struct Signature {
    char result;
    char args[PROGRAM_MAX_CALL_ARGUMENTS];
    uint32_t arg_count;
} Signature;

/* Reads a signature text; false when it is malformed. */
bool signature_read(Text text, Signature *out);

/* Whether an argument letter takes a slot's kind (bd_kind), and the kind that a result letter gives. */
bool signature_accepts(char letter, uint32_t kind);
uint32_t signature_result_kind(char letter);

typedef void (*NativeFunction)(void);
typedef struct NativeCall NativeCall; /* a function ready to be called */

/* One value going in or out. number is small (no big form). */
typedef struct NativeValue {
    union {
        int32_t integer;
        bool boolean;
        int64_t ratio[2];
        Text text;
    } is;
} NativeValue;

/* Whether this build can call functions of that form: any with libffi, few without (BD_WITHOUT_NATIVES). */
bool native_form_is_callable(const Signature *signature);

/* Readies a call of `function`, which must have the C form of `signature`. Memory from `arena`; NULL when there is
** none. */
NativeCall *native_prepare(Arena *arena, const Signature *signature, NativeFunction function);

/* Calls it; false when the function failed or its result is no value (a denominator below 1, text). Allocates
** nothing. */
bool native_call(const NativeCall *call, const NativeValue *args, NativeValue *result);

#endif
