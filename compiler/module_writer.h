/* module_writer.h: lays out a .bdc file record by record.
**
** Job: the other half of vm/module.c. module_from_ir.c appends records section by section, in any order of sections;
** writer_finish puts the sections in the order of MODULE_SECTIONS, 8-aligned, and hashes them. Knows the layout,
** nothing of what the records mean. Invariant: the bytes depend only on the calls made, never on addresses, time or
** machine.
**
**     ModuleWriter writer;
**     writer_init(&writer, arena);
**     uint32_t rule = writer_add_RULES(&writer, (RuleRecord){ .name = writer_text(&writer, name), ... });
**     writer_at_RULES(&writer, rule)->document = 3;
**     if (writer_finish(&writer, &bytes, &size) != BD_OK) ...
**
** A failing allocation goes to the arena's landing; without one the writer remembers it and writer_finish returns
** BD_NOMEM.
*/
#ifndef BEDING_MODULE_WRITER_H
#define BEDING_MODULE_WRITER_H

#include "vm/core/arena.h"
#include "vm/core/text.h"
#include "vm/module.h"

typedef struct WriterSection {
    void *records;
    size_t count, capacity;
} WriterSection;

typedef struct ModuleWriter {
    Arena *arena; /* owns everything, the finished bytes too */
    WriterSection sections[SECTION_COUNT];
    Str *texts; /* open-addressed: every distinct text once */
    size_t text_count, text_slots;
    bd_status status; /* BD_OK, BD_NOMEM or BD_LIMIT: the first failure */
} ModuleWriter;

/* An empty writer. Allocates nothing. */
void writer_init(ModuleWriter *writer, Arena *arena);

/* The place of a text in the strings section; equal texts share one place. The empty text is {0, 0}. The bytes are
** copied. */
Str writer_text(ModuleWriter *writer, Text text);

/* The text again; valid until the next writer_text. */
Text writer_text_at(const ModuleWriter *writer, Str str);

/* Appends `count` records, which must be of the section's type; returns the index of the first (also when count is 0:
** where the next one will be). Prefer the typed writer_add_SECTION. After a failure returns 0. */
uint32_t writer_append(ModuleWriter *writer, SectionId section, const void *records, uint32_t count);

/* Records in a section so far: the index of the next one. */
uint32_t writer_count(const ModuleWriter *writer, SectionId section);

/* For each section: writer_add_RULES(writer, record) returns its index; writer_at_RULES(writer, index) is the record,
** to be mended before the section grows again, or NULL past the end (so also after a failed append). */
#define WRITER_FUNCTIONS(name, type)                                                 \
    static inline uint32_t writer_add_##name(ModuleWriter *writer, type record)      \
    {                                                                                \
        return writer_append(writer, SECTION_##name, &record, 1);                    \
    }                                                                                \
    static inline type *writer_at_##name(const ModuleWriter *writer, uint32_t index) \
    {                                                                                \
        const WriterSection *section = &writer->sections[SECTION_##name];            \
        return index < section->count ? (type *)section->records + index : NULL;     \
    }
MODULE_SECTIONS(WRITER_FUNCTIONS)
#undef WRITER_FUNCTIONS

/* Lays out the file. If there is no site yet, site 0 "getalgrens" is added, which every module has.
**   bytes   aligned to 16, owned by the writer's arena
**   errors  BD_NOMEM; BD_LIMIT beyond MODULE_MAX_BYTES. Nothing about the meaning of the records is checked: that is
** bd_module_load's. */
bd_status writer_finish(ModuleWriter *writer, const void **bytes, size_t *size);

#endif
