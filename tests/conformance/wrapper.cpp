/* wrapper.cpp: what beding.hpp promises that no case can ask: a host's own native stays, a session is readied twice, and lines as texts are
** refused while the session expects structs. Called with the modules of native.bdg and of an agreement that decides lines.
*/
#include "beding.hpp"

#include <cstdio>
#include <fstream>
#include <sstream>

namespace
{

int failures = 0;

void expect(bool holds, const char *what)
{
    if (!holds) {
        std::printf("not ok: %s\n", what);
        failures++;
    }
}

beding::Result<beding::Module> load(const char *path)
{
    std::ifstream file(path, std::ios::binary);
    std::ostringstream bytes;
    bytes << file.rdbuf();
    return beding::Module::load(bytes.str());
}

/* Stands in for the standard library's: answers 7 whatever the text is. */
int seven(const char *, std::size_t, std::int64_t, std::int64_t, std::int64_t *result)
{
    result[0] = 7;
    result[1] = 1;
    return 0;
}

std::string value(beding::Session &session)
{
    bd_value input = {};
    input.present = true;
    input.text = beding::text("12");
    auto outputs = session.evaluate(session.module().find_program("waarde").value_or(BD_NONE), {input});
    return outputs ? std::string(beding::view((*outputs)[0].text)) : outputs.error().message;
}

void natives(const beding::Module &module)
{
    auto session = beding::Session::create(module);
    expect(session && session->prepare() && value(*session) == "12", "the standard library's native is there");
    expect(static_cast<bool>(session->prepare()), "a session that is prepared is prepared again");

    auto own = beding::Session::create(module);
    auto function = reinterpret_cast<void (*)()>(seven);
    expect(own && own->bind_native("cijferwaarde", "n(tn)", function) && own->prepare(),
           "a native of the host's is bound");
    expect(value(*own) == "7", "and is not replaced");
}

/* Lines as texts and lines as structs, in turn: what was bound last says which of the two may come. */
void layouts(const beding::Module &module)
{
    auto session = beding::Session::create(module);
    expect(session && session->prepare(), "a session is prepared");
    std::vector<std::string> names;
    bd_program_info program = {};
    bd_module_program(module.get(), 0, &program);
    for (std::uint32_t i = 0; i < program.columns; i++)
        names.emplace_back(beding::view(module.column(program.first_column + i).name));
    std::vector<bd_field> fields;
    for (const std::string &name : names)
        fields.push_back({name.c_str(), BD_FIELD_TEXT, fields.size() * sizeof(bd_text), 0, 0, false, 0});
    bd_row_layout layout = {};
    layout.stride = fields.size() * sizeof(bd_text);
    layout.fields = fields.data();
    layout.field_count = fields.size();

    beding::TextLine line;
    expect(static_cast<bool>(session->bind_rows(layout)), "structs are bound");
    auto decided = session->decide_texts({line, line});
    expect(!decided && decided.error().code == BD_STATE, "texts are refused before names were bound");
    expect(static_cast<bool>(session->bind_rows(names)), "names are bound");
    decided = session->decide_texts({line});
    expect(!decided && decided.error().code == BD_MISSING, "texts are read");
    expect(static_cast<bool>(session->bind_rows(layout)), "structs are bound again");
    decided = session->decide_texts({line});
    expect(!decided && decided.error().code == BD_STATE, "texts are refused after structs took the place of names");
}

} // namespace

int main(int count, char **words)
{
    if (count != 3)
        return 2;
    auto native = load(words[1]), lines = load(words[2]);
    expect(native && lines, "the modules load");
    if (failures == 0) {
        natives(*native);
        layouts(*lines);
    }
    return failures != 0;
}
