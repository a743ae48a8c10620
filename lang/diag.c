/* diag.c - see diag.h. Keeps, counts and orders; knows nothing of how a message looks. */
#include "diag.h"

#include <assert.h>
#include <string.h>

enum { ARGUMENT_MAX_BYTES = 400 }; /* longer than any name or list of expected words */

typedef struct DiagRow {
    Text name;
    DiagSeverity severity;
    Text pattern[2];
} DiagRow;

static const DiagRow rows[] = {
#define D(code, severity, nl, en) {TEXT_INIT(#code), DIAG_##severity, {TEXT_INIT(nl), TEXT_INIT(en)}},
#include "diag.def"
#undef D
};

static DiagArgument same(Text text)
{
    return (DiagArgument){text, text};
}

/* A literal of megabytes must not become a message of megabytes: cut between two code points. */
static Text copy_shortened(Diags *diags, Text text)
{
    if (text.size <= ARGUMENT_MAX_BYTES) {
        return arena_text_copy(diags->arena, text);
    }
    size_t size = ARGUMENT_MAX_BYTES;
    while (size > 0 && ((unsigned char)text.data[size] & 0xC0) == 0x80) {
        size--;
    }
    StringBuilder builder;
    builder_init(&builder, diags->arena);
    builder_text(&builder, text_slice(text, 0, size));
    builder_text(&builder, TEXT("..."));
    return builder_result(&builder);
}

static DiagArgument copy_argument(Diags *diags, DiagArgument argument)
{
    DiagArgument copy = {{NULL, 0}, {NULL, 0}};
    if (argument.nl.size > 0) {
        copy.nl = copy_shortened(diags, argument.nl);
    }
    if (argument.en.size > 0) {
        copy.en = text_equal(argument.nl, argument.en) ? copy.nl : copy_shortened(diags, argument.en);
    }
    return copy;
}

/* Fifty at most are kept, so looking at each is cheap. */
static bool is_known(const Diags *diags, DiagCode code, Span span)
{
    for (size_t i = 0; i < diags->count; i++) {
        const Diag *kept = &diags->items[i];
        if (kept->code == code && kept->span.file == span.file && kept->span.begin == span.begin) {
            return true;
        }
    }
    return false;
}

/* Whether it says that something is used nowhere. */
static bool is_unused(DiagCode code)
{
    return code == DIAG_W1102 || code == DIAG_W1120;
}

/* Warnings never hide an error: the last one makes room. NULL: all that is kept are errors. */
static Diag *room_for_error(Diags *diags)
{
    for (size_t i = diags->count; i-- > 0;) {
        Diag *kept = &diags->items[i];
        if (diag_code_severity(kept->code) == DIAG_ERROR)
            continue;
        diags->unused_dropped += is_unused(kept->code);
        return kept;
    }
    return NULL;
}

/* Where a diagnostic is kept; NULL when there is no room. */
static Diag *find_room(Diags *diags, DiagCode code)
{
    if (diags->count >= DIAGNOSTIC_MAX_COUNT) {
        diags->dropped_count++; /* this one or the warning that yields */
        return diag_code_severity(code) == DIAG_ERROR ? room_for_error(diags) : NULL;
    }
    diags->items = arena_grow(diags->arena, diags->items, diags->count, &diags->capacity, sizeof(Diag));
    return &diags->items[diags->count++];
}

static Diag *discard(Diags *diags)
{
    diags->discard = (Diag){0};
    return &diags->discard;
}

static bool comes_before(const Diag *a, const Diag *b)
{
    if (a->span.file != b->span.file) {
        return a->span.file < b->span.file;
    }
    if (a->span.begin != b->span.begin) {
        return a->span.begin < b->span.begin;
    }
    if (a->span.end != b->span.end) {
        return a->span.end < b->span.end;
    }
    return a->code < b->code;
}

static void add_line(Diags *diags, DiagLabel *to, DiagCode note, Span span, DiagArgument a, DiagArgument b)
{
    *to = (DiagLabel){.code = note, .span = span};
    to->arguments[0] = copy_argument(diags, a);
    to->arguments[1] = copy_argument(diags, b);
}

void diag_init(Diags *diags, Arena *arena)
{
    *diags = (Diags){.arena = arena};
}

Diag *diag_report(Diags *diags, DiagCode code, Span span, Text a, Text b, Text c)
{
    return diag_report_words(diags, code, span, same(a), same(b), same(c));
}

Diag *diag_report_words(Diags *diags, DiagCode code, Span span, DiagArgument a, DiagArgument b, DiagArgument c)
{
    assert((size_t)code < DIAG_CODE_COUNT && diag_code_severity(code) != DIAG_NOTE);
    if (is_known(diags, code, span)) {
        return discard(diags);
    }
    if (diag_code_severity(code) == DIAG_ERROR) {
        diags->error_count++;
    } else {
        diags->warning_count++;
    }
    Diag *diag = find_room(diags, code);
    diags->unused_count += is_unused(code);
    if (diag == NULL) {
        diags->unused_dropped += is_unused(code);
        return discard(diags);
    }
    *diag = (Diag){.code = code, .span = span};
    diag->arguments[0] = copy_argument(diags, a);
    diag->arguments[1] = copy_argument(diags, b);
    diag->arguments[2] = copy_argument(diags, c);
    return diag;
}

void diag_label(Diags *diags, Diag *diag, Span span, DiagCode note, Text a, Text b)
{
    if (diag != &diags->discard && diag->label_count < DIAGNOSTIC_MAX_LABELS) {
        add_line(diags, &diag->labels[diag->label_count++], note, span, same(a), same(b));
    }
}

void diag_help(Diags *diags, Diag *diag, DiagCode note, Text a, Text b)
{
    diag_help_words(diags, diag, note, same(a), same(b));
}

void diag_help_words(Diags *diags, Diag *diag, DiagCode note, DiagArgument a, DiagArgument b)
{
    size_t room = sizeof diag->helps / sizeof diag->helps[0];
    if (diag != &diags->discard && diag->help_count < room) {
        add_line(diags, &diag->helps[diag->help_count++], note, (Span){0}, a, b);
    }
}

void diag_forgive_unused(Diags *diags)
{
    size_t kept = 0;
    if (diags->error_count == 0) {
        return;
    }
    for (size_t i = 0; i < diags->count; i++) {
        if (!is_unused(diags->items[i].code)) {
            diags->items[kept++] = diags->items[i];
        }
    }
    diags->count = kept;
    diags->warning_count -= diags->unused_count;
    diags->dropped_count -= diags->unused_dropped;
    diags->unused_count = diags->unused_dropped = 0;
}

bool diag_has_errors(const Diags *diags)
{
    return diags->error_count > 0;
}

bool diag_is_full(const Diags *diags)
{
    return diags->count >= DIAGNOSTIC_MAX_COUNT;
}

/* Insertion sort: stable, and there are at most fifty. */
void diag_sort(Diags *diags)
{
    for (size_t i = 1; i < diags->count; i++) {
        Diag moving = diags->items[i];
        size_t at = i;
        while (at > 0 && comes_before(&moving, &diags->items[at - 1])) {
            diags->items[at] = diags->items[at - 1];
            at--;
        }
        diags->items[at] = moving;
    }
}

Text diag_code_name(DiagCode code)
{
    assert((size_t)code < DIAG_CODE_COUNT);
    return rows[code].name;
}

DiagSeverity diag_code_severity(DiagCode code)
{
    assert((size_t)code < DIAG_CODE_COUNT);
    return rows[code].severity;
}

Text diag_code_pattern(DiagCode code, DiagLanguage language)
{
    assert((size_t)code < DIAG_CODE_COUNT);
    return rows[code].pattern[language];
}
