/* people.c: what a module leaves to people; see people.h. */
#include "compiler/cli/people.h"

#include "compiler/cli/describe_json.h"
#include "compiler/cli/values.h"

enum { NAME_WIDTH = 28 };

typedef struct NoteKind {
    bd_note_kind kind;
    Message heading;
    const char *json;
} NoteKind;

static const NoteKind KINDS[] = {{BD_NOTE_JUDGEMENT, MSG_DESC_JUDGEMENTS, "judgements"},
                                 {BD_NOTE_POWER, MSG_DESC_POWERS, "powers"},
                                 {BD_NOTE_NOT_EXPRESSIBLE, MSG_DESC_NOT_EXPRESSIBLE, "not_expressible"},
                                 {BD_NOTE_AMENDMENT, MSG_DESC_AMENDMENTS, "amendments"}};
enum { KIND_COUNT = sizeof KINDS / sizeof *KINDS };

/* ---- Words ---- */

static void heading(const Cli *cli, StringBuilder *out, Message message, uint32_t count)
{
    builder_char(out, '\n');
    builder_text(out, message_pattern(cli, message));
    builder_text(out, TEXT(" ("));
    builder_uint64(out, count);
    builder_text(out, TEXT(")\n"));
}

static void name_cell(StringBuilder *out, Text name)
{
    size_t width = 2 + text_length(name);
    builder_text(out, TEXT("  "));
    builder_text(out, name);
    builder_repeat(out, ' ', width < NAME_WIDTH ? NAME_WIDTH - width : 1);
}

static void end_row(StringBuilder *out, const bd_citation *cited)
{
    if (cited->document.size + cited->place.size > 0) {
        builder_text(out, TEXT("  ["));
        value_append_citation(out, cited);
        builder_char(out, ']');
    }
    builder_char(out, '\n');
}

static void append_reading(const Cli *cli, StringBuilder *out, const bd_module *module, const bd_reading_info *reading)
{
    name_cell(out, reading->name);
    builder_text(out, reading->question);
    end_row(out, &reading->citation);
    for (uint32_t i = 0; i < bd_choice_size(module, reading->choice); i++) {
        builder_text(out, TEXT("    "));
        builder_text(out, bd_choice_member(module, reading->choice, i));
        if (i == reading->chosen) {
            builder_text(out, TEXT("  "));
            builder_text(out, message_pattern(cli, MSG_DESC_CHOSEN));
        }
        if (i == reading->chosen && reading->reason.size > 0) {
            builder_text(out, TEXT(", "));
            message_append(cli, out, MSG_DESC_BECAUSE, (Holes){.a = reading->reason});
        }
        builder_char(out, '\n');
    }
}

static void append_note(const Cli *cli, StringBuilder *out, const bd_note_info *note)
{
    if (note->name.size > 0)
        name_cell(out, note->name);
    else
        builder_text(out, TEXT("  "));
    builder_text(out, note->text);
    if (note->who.size > 0) {
        builder_text(out, note->text.size > 0 ? TEXT("  ") : TEXT(""));
        message_append(cli, out, MSG_DESC_DECIDED_BY, (Holes){.a = note->who});
    }
    end_row(out, &note->citation);
}

static uint32_t count_of(const bd_module *module, bd_note_kind kind)
{
    bd_note_info note;
    uint32_t count = 0;
    for (uint32_t i = 0; bd_module_note(module, i, &note) == BD_OK; i++)
        count += note.kind == kind;
    return count;
}

static void append_notes(const Cli *cli, StringBuilder *out, const bd_module *module, const NoteKind *kind)
{
    bd_note_info note;
    uint32_t count = count_of(module, kind->kind);
    if (count == 0)
        return;
    heading(cli, out, kind->heading, count);
    for (uint32_t i = 0; bd_module_note(module, i, &note) == BD_OK; i++)
        if (note.kind == kind->kind)
            append_note(cli, out, &note);
}

void people_append(const Cli *cli, StringBuilder *out, const bd_module *module)
{
    bd_module_info info;
    bd_reading_info reading;
    bd_module_describe(module, &info);
    if (info.readings > 0)
        heading(cli, out, MSG_DESC_READINGS, info.readings);
    for (uint32_t i = 0; bd_module_reading(module, i, &reading) == BD_OK; i++)
        append_reading(cli, out, module, &reading);
    for (size_t k = 0; k < KIND_COUNT; k++)
        append_notes(cli, out, module, &KINDS[k]);
}

void people_append_readings(const Cli *cli, StringBuilder *out, const bd_module *module, const bd_session *session)
{
    bd_reading_info reading;
    for (uint32_t i = 0; bd_module_reading(module, i, &reading) == BD_OK; i++) {
        uint32_t member = bd_session_reading(session, i);
        if (i == 0) {
            builder_text(out, message_pattern(cli, MSG_SUM_READINGS));
            builder_text(out, TEXT(":\n"));
        }
        name_cell(out, reading.name);
        builder_text(out, bd_choice_member(module, reading.choice, member));
        if (member != reading.chosen) {
            builder_text(out, TEXT("  "));
            message_append(cli, out, MSG_SUM_READING_DIFFERS,
                           (Holes){.a = bd_choice_member(module, reading.choice, reading.chosen)});
        }
        builder_char(out, '\n');
    }
}

/* ---- JSON ---- */

static void json_reading(JsonWriter *json, const bd_module *module, const bd_reading_info *reading)
{
    json_write_object(json, NULL);
    json_write_text(json, "name", reading->name);
    json_write_text(json, "question", reading->question);
    json_write_array(json, "alternatives");
    for (uint32_t i = 0; i < bd_choice_size(module, reading->choice); i++)
        json_write_text(json, NULL, bd_choice_member(module, reading->choice, i));
    json_write_close_array(json);
    json_write_text(json, "chosen", bd_choice_member(module, reading->choice, reading->chosen));
    json_write_text(json, "reason", reading->reason);
    describe_json_citation(json, "citation", &reading->citation);
    describe_json_place(json, "place", &reading->place);
    json_write_close_object(json);
}

static void json_note(JsonWriter *json, const bd_note_info *note)
{
    json_write_object(json, NULL);
    if (note->kind != BD_NOTE_NOT_EXPRESSIBLE)
        json_write_text(json, "name", note->name);
    json_write_text(json, note->kind == BD_NOTE_JUDGEMENT ? "question" : "text", note->text);
    if (note->kind == BD_NOTE_JUDGEMENT)
        json_write_text(json, "who", note->who);
    describe_json_citation(json, "citation", &note->citation);
    describe_json_place(json, "place", &note->place);
    json_write_close_object(json);
}

void people_json(JsonWriter *json, const bd_module *module)
{
    bd_reading_info reading;
    bd_note_info note;
    json_write_array(json, "readings");
    for (uint32_t i = 0; bd_module_reading(module, i, &reading) == BD_OK; i++)
        json_reading(json, module, &reading);
    json_write_close_array(json);
    for (size_t k = 0; k < KIND_COUNT; k++) {
        json_write_array(json, KINDS[k].json);
        for (uint32_t i = 0; bd_module_note(module, i, &note) == BD_OK; i++)
            if (note.kind == KINDS[k].kind)
                json_note(json, &note);
        json_write_close_array(json);
    }
}

void people_json_readings(JsonWriter *json, const char *name, const bd_module *module, const bd_session *session)
{
    bd_reading_info reading;
    json_write_array(json, name);
    for (uint32_t i = 0; bd_module_reading(module, i, &reading) == BD_OK; i++) {
        json_write_object(json, NULL);
        json_write_text(json, "name", reading.name);
        json_write_text(json, "alternative", bd_choice_member(module, reading.choice, bd_session_reading(session, i)));
        json_write_text(json, "chosen", bd_choice_member(module, reading.choice, reading.chosen));
        json_write_close_object(json);
    }
    json_write_close_array(json);
}
