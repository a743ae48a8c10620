/* conform.cpp: the cases of this folder through beding.hpp; see README.md. Also an example of a host that knows an agreement only by name. */
#include "beding.hpp"

#include <cstdio>
#include <fstream>
#include <iostream>
#include <sstream>

namespace
{

using Fields = std::vector<std::string>;

Fields split(const std::string &line)
{
    Fields fields(1);
    for (char c : line) {
        if (c == '\t')
            fields.emplace_back();
        else
            fields.back() += c;
    }
    return fields;
}

std::string read_file(const char *path)
{
    std::ifstream file(path, std::ios::binary);
    std::ostringstream content;
    content << file.rdbuf();
    return content.str();
}

/* Days since 1970-01-01 of "2024-03-04", by the formula that beding.h gives for 1 January. */
const int before_month[] = {0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334, 365};

bool is_leap(int y)
{
    return y % 4 == 0 && (y % 100 != 0 || y % 400 == 0);
}

std::int32_t first_of_year(int y)
{
    return 365 * (y - 1) + (y - 1) / 4 - (y - 1) / 100 + (y - 1) / 400 + BD_DATE_MIN;
}

std::int32_t day_number(const std::string &iso)
{
    int y = std::stoi(iso.substr(0, 4)), m = std::stoi(iso.substr(5, 2)), d = std::stoi(iso.substr(8, 2));
    return first_of_year(y) + before_month[m - 1] + (m > 2 && is_leap(y)) + d - 1;
}

std::string iso_date(std::int32_t day)
{
    int y = 1, m = 1;
    while (y < 9999 && first_of_year(y + 1) <= day)
        y++;
    std::int32_t rest = day - first_of_year(y);
    while (m < 12 && rest >= before_month[m] + (m > 1 && is_leap(y)))
        m++;
    rest -= before_month[m - 1] + (m > 2 && is_leap(y));
    char text[48];
    std::snprintf(text, sizeof text, "%04d-%02d-%02d", y, m, static_cast<int>(rest + 1));
    return text;
}

void print_error(const beding::Error &error)
{
    std::cout << "error\t" << static_cast<int>(error.code) << '\t' << error.offset << '\n';
}

std::string as_text(const bd_module *module, const bd_value &value)
{
    if (!value.present)
        return "";
    switch (value.meaning) {
    case BD_MEANS_BOOLEAN: return value.boolean ? "ja" : "nee";
    case BD_MEANS_DATE: return iso_date(value.integer);
    case BD_MEANS_YEAR: return std::to_string(value.integer);
    case BD_MEANS_CHOICE:
        return std::string(
            beding::view(bd_choice_member(module, value.choice, static_cast<std::uint32_t>(value.integer))));
    default: return std::string(beding::view(value.text));
    }
}

bd_value as_value(const beding::Module &module, const bd_column_info &column, const std::string &given)
{
    bd_value value = {};
    value.present = !given.empty();
    if (column.meaning == BD_MEANS_BOOLEAN)
        value.boolean = given == "ja";
    else if (column.meaning == BD_MEANS_DATE && value.present)
        value.integer = day_number(given);
    else if (column.meaning == BD_MEANS_CHOICE)
        value.integer = static_cast<std::int32_t>(bd_choice_find(module.get(), column.choice, beding::text(given)));
    else
        value.text = beding::text(given);
    return value;
}

void call(beding::Session &session, const Fields &fields)
{
    const beding::Module &module = session.module();
    auto program = module.find_program(fields[1]);
    if (!program)
        return print_error({BD_NAME, 0, "no such callable"});
    bd_program_info info;
    bd_module_program(module.get(), *program, &info);
    std::vector<bd_value> inputs;
    for (std::uint32_t i = 0; i < info.columns; i++)
        inputs.push_back(as_value(module, module.column(info.first_column + i), fields.at(2 + i)));
    auto outputs = session.evaluate(*program, inputs);
    if (!outputs)
        return print_error(outputs.error());
    std::cout << "call\t" << fields[1];
    for (std::uint32_t i = 0; i < info.outputs; i++) {
        bd_output_info output;
        bd_program_output(module.get(), *program, i, &output);
        std::cout << '\t' << beding::view(output.name) << '=' << as_text(module.get(), (*outputs)[i]);
    }
    std::cout << '\n';
}

void print_row(const beding::Module &module, const beding::Decision &row)
{
    static const char *const names[] = {"goedgekeurd", "afgekeurd", "aangehouden", "vastgelopen"};
    std::cout << "row\t" << names[row.decision] << '\t' << row.cents << '\t';
    for (std::size_t i = 0; i < row.rules.size(); i++)
        std::cout << (i ? ";" : "") << beding::view(module.rule(row.rules[i]).name);
    std::cout << '\t' << (row.fault == BD_NONE ? "" : beding::view(module.site(row.fault).code)) << '\n';
}

struct Case {
    Fields columns;
    std::vector<beding::TextList> lists;
    std::vector<Fields> rows, calls;
    std::vector<std::vector<std::vector<Fields>>> records; /* per row and list */
};

/* Reads the file; readings and parameters go to the session at once. False: one of them was refused, and said so. */
bool read_case(const char *path, beding::Session &session, Case &all)
{
    std::istringstream lines(read_file(path));
    for (std::string line; std::getline(lines, line);) {
        Fields fields = split(line);
        const std::string what = fields[0];
        beding::Status status = beding::Done{};
        if (what == "reading") {
            status = session.set_reading(fields[1], fields[2]);
        } else if (what == "param") {
            std::vector<std::string_view> keys(fields.begin() + 3, fields.end() - 1);
            auto table = session.module().find_table(fields[1]);
            status = session.table_row(table.value_or(BD_NONE), fields[2] == "-" ? BD_DATE_MIN : day_number(fields[2]),
                                       keys, fields.back());
        } else if (what == "columns") {
            all.columns.assign(fields.begin() + 1, fields.end());
        } else if (what == "list") {
            all.lists.push_back({fields[1], Fields(fields.begin() + 2, fields.end())});
        } else if (what == "row") {
            all.rows.emplace_back(fields.begin() + 1, fields.end());
            all.records.emplace_back(all.lists.size());
        } else if (what == "record") {
            for (std::size_t i = 0; i < all.lists.size(); i++) {
                if (all.lists[i].name == fields[1])
                    all.records.back()[i].emplace_back(fields.begin() + 2, fields.end());
            }
        } else if (what == "call") {
            all.calls.push_back(fields);
        }
        if (!status)
            return print_error(status.error()), false;
    }
    return true;
}

void decide(beding::Session &session, const Case &all)
{
    if (all.columns.empty())
        return;
    beding::Status bound = session.bind_rows(all.columns, all.lists);
    if (!bound)
        return print_error(bound.error());
    std::vector<beding::TextLine> lines;
    for (std::size_t i = 0; i < all.rows.size(); i++) {
        beding::TextLine line{{all.rows[i].begin(), all.rows[i].end()}};
        for (const auto &list : all.records[i]) {
            line.lists.emplace_back();
            for (const Fields &record : list)
                line.lists.back().emplace_back(record.begin(), record.end());
        }
        lines.push_back(std::move(line));
    }
    beding::Decisions decisions;
    beding::Status decided = session.decide_texts(lines, decisions);
    std::size_t good = decided ? lines.size() : decided.error().offset;
    for (std::size_t i = 0; i < good; i++)
        print_row(session.module(), decisions[i]);
    if (!decided)
        print_error(decided.error());
}

} // namespace

int main(int argc, char **argv)
{
    if (argc != 3) {
        std::cerr << "usage: conform MODULE.bdc NAME.case\n";
        return 2;
    }
    auto module = beding::Module::load(read_file(argv[1]));
    if (!module)
        return print_error(module.error()), 0;
    bd_module_info info = module->info();
    std::cout << "module\t" << beding::view(info.name) << '\t' << beding::view(info.version) << '\t';
    for (unsigned byte : info.sha256) {
        char two[3];
        std::snprintf(two, sizeof two, "%02x", byte);
        std::cout << two;
    }
    std::cout << '\n';
    auto session = beding::Session::create(*module);
    Case all;
    if (!session || !read_case(argv[2], *session, all))
        return 0;
    beding::Status prepared = session->prepare();
    if (!prepared)
        return print_error(prepared.error()), 0;
    decide(*session, all);
    for (const Fields &fields : all.calls)
        call(*session, fields);
    return 0;
}
