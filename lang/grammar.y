/* grammar.y - tokens to tree.
 *
 * The whole language in one grammar for both keyword languages. It only says what is well formed: actions are single
 * calls into ast.h; what a name means, which types fit and which clauses may stand together is for the compiler.
 * Words are keywords only where this grammar can take them (token.c asks through yy_lac), so no rule lists soft words.
 * Expressions are one nonterminal with precedences; everything else is written so that one token of look-ahead decides.
 * Longer than other files may be: bison knows no include, and a second grammar would need a second set of conflicts.
 */
%require "3.8"
%define api.pure full
%define api.prefix {bd_yy}
%define api.value.type union
%define api.token.prefix {TOK_}
%define api.token.raw
%define api.location.type {Span}
%define parse.error custom
%define parse.lac full
%locations
%expect 0
%parse-param {Parse *parse}
%lex-param {Parse *parse}

%code requires {
#include "ast.h"
#include "parse_state.h"
}

%code {
#include <assert.h>

#include "limits.h"
#include "parse_errors.h"
#include "token.h"

/* The stacks are on the C stack and never grow: what needs more is nested too deeply. LAC's own stack holds what a few
 * empty rules push, far below its initial size, so refusing it memory cannot matter. */
#define YYINITDEPTH PARSER_MAX_STACK
#define YYMAXDEPTH PARSER_MAX_STACK
#define YYMALLOC(size) refuse_memory(size)
#define YYFREE(pointer) ((void)(pointer))

#define YYLLOC_DEFAULT(current, right, count)                                                   \
    ((current) = (count) > 0 ? (Span){YYRHSLOC(right, 1).file, YYRHSLOC(right, 1).begin,         \
                                      YYRHSLOC(right, count).end}                               \
                             : (Span){YYRHSLOC(right, 0).file, YYRHSLOC(right, 0).end, YYRHSLOC(right, 0).end})

/* The token layer is asked with the parser's own stacks at hand, so that it can try what fits. */
#undef yylex
#define yylex(value, span, parse) \
    next_token(value, span, parse, &(ParserStacks){yyesa, &yyes, &yyes_capacity, yyssp}, &yyerrstatus)

#define LEAF(kind, span, value) ast_text(parse, AST_##kind, span, value)
#define NODE(kind, span, a, b) ast_node(parse, AST_##kind, span, a, b)
#define NODE4(kind, span, a, b, c, d) ast_node4(parse, AST_##kind, span, a, b, c, d)
#define NAMED(kind, span, name, a, b, c, d) ast_named(parse, AST_##kind, span, name, a, b, c, d)
#define INFIX(kind, span, operator_span, a, b) ast_operator(parse, AST_##kind, span, operator_span, a, b)
#define MARKED(span, flag) ast_flag(NODE(MARK, span, NULL, NULL), AST_IS_##flag)
#define FLAGGED(node, flag) ast_flag(node, AST_IS_##flag)
#define ITEM(kind, span, name, parts) ast_item(parse, NAMED(kind, span, name, NULL, NULL, NULL, NULL), parts)

/* What yy_lac needs to try a token on the parser's stack without moving it; its types are only known below. */
typedef struct ParserStacks {
    void *initial;
    void *lac;
    void *capacity;
    void *top;
} ParserStacks;

static void *refuse_memory(size_t size);
static int next_token(YYSTYPE *value, YYLTYPE *span, Parse *parse, ParserStacks *stacks, int *error_status);
}

%token END 0
%token <Text> NAME TEXT
%token <Number> NUMBER PERCENT MONEY
%token <int32_t> DATE MONTH
%token LPAREN RPAREN LBRACKET RBRACKET COMMA DOT COLON
%token EQ NE LT LE GT GE PLUS MINUS TIMES DIVIDE
%token ROW_BEGIN PIPE ROW_END
%token GEBRUIK OVEREENKOMST DOCUMENT PARTIJ KEUZE EENHEID KALENDER PRODUCT TARIEF TABEL DEFINITIE INVOER LIJST REGEL
%token UITZONDERING UITZONDERING_BINNEN VOORBEELD VERVALT REEKS INDEXERING TELLER BOETE KAN_BOETE KAN_OPSCHORTEN
%token TERMIJN VERPLICHTING WIJZIGING LEZING OORDEEL NIET_UITDRUKBAAR TITEL VERSIE HERKOMST STANDAARD BRON CITAAT
%token UIT_DOCUMENT REDEN CODE OMDAT NAMENS RANG ZONDER_RANG GELDIG VERVALT_PER OP_BEGINDATUM OP_EINDDATUM
%token OP_DAGTEKENING PRIJSPEIL VOLGENS EXTERN FACULTATIEF ONDEELBAAR IN_EURO VAST MAXIMUM GEEN_TARIEF TARIEF_OP_BEGIN
%token AANROEPBAAR OOK_CREDIT TOON_PER PER NAAR VOOR OP TEN_HOOGSTE LIJST_VAN BEHALVE MET WAAR DAARBOVEN OVERIGE
%token KEUR_AF BEGRENS_VOLUME BEGRENS_BEDRAG BETAAL HOUD_AAN UITZONDERING_OP IN_AFWIJKING_VAN VEREIST ANDERS_FOUT
%token BEDRAG AANVULLEND BEGINT DUURT EINDIGT VERLENGD_TOT JAARLIJKS_OP ELKE VAN_VORIG_JAAR FACTOR KETEN_OP_AFGEROND
%token KETEN_OP_ONAFGEROND KETEN_VOLGENS AFRONDING_VOLGENS AFRONDING DAARNA_FOUT DAARNA_LAATSTE GEKOZEN TENZIJ DOOR
%token SOM_VAN DAGEN_VAN GEGEVEN VERWACHT EERDER PEILDATUM GOEDGEKEURD AFGEKEURD AANGEHOUDEN BEGRENSD TOEGEKEND FOUT
%token OF EN NIET IS IS_NIET ONTBREEKT AANWEZIG LIGT_IN RAAKT BINNEN IN AFGEROND OP_CENTEN OP_VEELVOUD OP_DEELBAAR
%token REKENKUNDIG NAAR_BOVEN NAAR_BENEDEN RICHTING_NUL WEG_VAN_NUL HALF_EVEN ALS DAN ANDERS VAN VANAF TOT_EN_MET NA
%token OVER JA NEE EERSTE_DAG_VAN LAATSTE_DAG_VAN EERSTE_NA EERSTE_VANAF OP_OF_NA LAATSTE_VOOR AANTAL_DAGEN_IN AANTAL_VAN AANTAL_IN AANTAL SOM_OVER KLEINSTE_OVER
%token GROOTSTE_OVER ENIGE ALLE HEEFT HEBBEN LAATSTE EERSTE GEEFT AANEENGESLOTEN VORIG_JAAR DIT_JAAR JAAR_TERUG

%nterm <Ast *> items item agreement document party choice unit calendar product tariff table definition input list
%nterm <Ast *> rule exception scenario series indexation counter penalty suspension term obligation amendment reading
%nterm <Ast *> counter_rest alternatives judgement inexpressible ends_product use
%nterm <Ast *> name names text text_opt dotted imports import members member
%nterm <Ast *> citing dating citings agreement_part agreement_parts product_part product_parts tariff_part tariff_parts
%nterm <Ast *> table_part table_parts rule_part rule_parts definition_head definition_heads definition_part
%nterm <Ast *> definition_parts series_part series_parts index_part index_parts unit_part unit_parts
%nterm <Ast *> form_head form_heads form_part form_parts form_rest form_exceptions form_exception exception_parts
%nterm <Ast *> per_opt list_core inputs input_one parameters parameters_opt parameter type type_opt dimensions dimension
%nterm <Ast *> wheres where row cells cell when year_literal day_month yearly_over days_off weekdays
%nterm <Ast *> scenario_parts scenario_part facts fact record records value outcomes outcome deciders decider
%nterm <Ast *> expr args args_opt index_args index_arg path list_source branches rounding
%nterm <uint32_t> mode optional
%nterm <Number> line_number

/* loosest first */
%precedence LOOSE
%left OF
%left EN
%precedence NIET
%nonassoc EQ NE LT LE GT GE IS IS_NIET ONTBREEKT AANWEZIG LIGT_IN RAAKT BINNEN
%precedence INTERVAL
%precedence TOT_EN_MET
%precedence IN_BARE
%precedence AFGEROND REKENKUNDIG NAAR_BOVEN NAAR_BENEDEN RICHTING_NUL WEG_VAN_NUL HALF_EVEN
%left PLUS MINUS
%precedence AGGREGATE
%precedence ALS
%left TIMES DIVIDE
%precedence IN
%precedence UNARY
%left OVER
%precedence OF_CALL
%left VANAF NA
%precedence STEP
%precedence PER
%precedence PATH
%precedence DOT LBRACKET

%%

file:
    items                       { parse->tree = ast_append(NULL, NODE(FILE, @$, $items, NULL)); }
    ;

items:
    %empty                      { $$ = NULL; }
  | items[chain] item           { $$ = ast_append($chain, $item); yyerrok; }
  | items[chain] error          { $$ = $chain; }
    ;

item:
    use | agreement | document | party | choice | unit | calendar | product | tariff | table | definition | input
  | list | rule | exception | scenario | series | indexation | counter | penalty | suspension | term | obligation
  | amendment | reading | judgement | inexpressible | ends_product
    ;

/* ---- names and texts */

name:
    NAME                        { $$ = LEAF(NAME, @$, $NAME); }
    ;

names:
    name
  | names[chain] COMMA name     { $$ = ast_append($chain, $name); }
    ;

dotted:
    NAME                        { $$ = LEAF(NAME, @$, $NAME); }
  | dotted DOT NAME             { $$ = LEAF(NAME, @$, parse_slice(parse, @$)); }
    ;

text:
    TEXT                        { $$ = LEAF(TEXT, @$, $TEXT); }
    ;

text_opt:
    %empty                      { $$ = NULL; }
  | text
    ;

/* ---- clauses that any item may have */

citing:
    BRON text                   { $$ = NODE(SOURCE, @$, $text, NULL); }
  | BRON name text              { $$ = NODE(SOURCE, @$, $text, $name); }
  | CITAAT text                 { $$ = NODE(QUOTE, @$, $text, NULL); }
  | UIT_DOCUMENT name           { $$ = NAMED(FROM_DOCUMENT, @$, $name, NULL, NULL, NULL, NULL); }
    ;

citings:
    %empty                      { $$ = NULL; }
  | citings[chain] citing       { $$ = ast_append($chain, $citing); }
    ;

dating:
    GELDIG expr                 { $$ = NODE(VALID, @$, $expr, NULL); }
  | VERVALT_PER expr            { $$ = NODE(EXPIRES, @$, $expr, NULL); }
  | VOLGENS name                { $$ = NAMED(FOLLOWS, @$, $name, NULL, NULL, NULL, NULL); }
  | OP_BEGINDATUM               { $$ = FLAGGED(NODE(REFERENCE, @$, NULL, NULL), BY_BEGIN); }
  | OP_EINDDATUM                { $$ = FLAGGED(NODE(REFERENCE, @$, NULL, NULL), BY_END); }
  | OP_DAGTEKENING              { $$ = FLAGGED(NODE(REFERENCE, @$, NULL, NULL), BY_SIGNING); }
    ;

when:
    ALS expr                    { $$ = $expr; }
    ;

year_literal:
    NUMBER                      { $$ = ast_number(parse, AST_NUMBER, @$, $NUMBER); }
  | MONTH                       { $$ = ast_date(parse, AST_MONTH, @$, $MONTH); }
  | DATE                        { $$ = ast_date(parse, AST_DATE, @$, $DATE); }
    ;

/* ---- header items */

use:
    GEBRUIK imports             { $$ = $imports; }
    ;

imports:
    import
  | imports[chain] COMMA import { $$ = ast_append($chain, $import); }
    ;

import:
    dotted                      { $$ = ast_retext($dotted, AST_USE, $dotted->text); }
  | TEXT                        { $$ = FLAGGED(LEAF(USE, @$, $TEXT), PATH); }
    ;

agreement:
    OVEREENKOMST name agreement_parts  { $$ = ITEM(AGREEMENT, @$, $name, $agreement_parts); }
    ;

agreement_parts:
    %empty                      { $$ = NULL; }
  | agreement_parts[chain] agreement_part  { $$ = ast_append($chain, $agreement_part); }
    ;

agreement_part:
    citing
  | dating
  | TITEL text                  { $$ = NODE(TITLE, @$, $text, NULL); }
  | VERSIE text                 { $$ = NODE(VERSION, @$, $text, NULL); }
  | HERKOMST text               { $$ = NODE(ORIGIN, @$, $text, NULL); }
  | STANDAARD text              { $$ = NODE(STANDARD, @$, $text, NULL); }
  | PRIJSPEIL year_literal      { $$ = NODE(PRICE_LEVEL, @$, $year_literal, NULL); }
    ;

document:
    DOCUMENT name text_opt citings
        { $$ = ast_item(parse, NAMED(DOCUMENT, @$, $name, $text_opt, NULL, NULL, NULL), $citings); }
  | DOCUMENT name text_opt RANG NUMBER citings
        { $$ = ast_item(parse, FLAGGED(ast_set_number(NAMED(DOCUMENT, @$, $name, $text_opt, NULL, NULL, NULL),
                                                      $NUMBER), RANKED), $citings); }
  | DOCUMENT name text_opt ZONDER_RANG citings
        { $$ = ast_item(parse, FLAGGED(NAMED(DOCUMENT, @$, $name, $text_opt, NULL, NULL, NULL), UNRANKED), $citings); }
    ;

party:
    PARTIJ name text_opt citings
        { $$ = ast_item(parse, NAMED(PARTY, @$, $name, NULL, $text_opt, NULL, NULL), $citings); }
  | PARTIJ name text_opt NAMENS text citings
        { $$ = ast_item(parse, NAMED(PARTY, @$, $name, NULL, $text_opt, $text, NULL), $citings); }
  | PARTIJ name name[role] text_opt citings
        { $$ = ast_item(parse, NAMED(PARTY, @$, $2, $role, $text_opt, NULL, NULL), $citings); }
  | PARTIJ name name[role] text_opt NAMENS text citings
        { $$ = ast_item(parse, NAMED(PARTY, @$, $2, $role, $text_opt, $text, NULL), $citings); }
    ;

choice:
    KEUZE name EQ members citings
        { $$ = ast_item(parse, NAMED(CHOICE, @$, $name, $members, NULL, NULL, NULL), $citings); }
    ;

members:
    member
  | members[chain] COMMA member { $$ = ast_append($chain, $member); }
    ;

member:
    name text_opt               { $$ = NAMED(NAME, @$, $name, $text_opt, NULL, NULL, NULL); }
    ;

unit:
    EENHEID name unit_parts     { $$ = ITEM(UNIT, @$, $name, $unit_parts); }
  | EENHEID name EQ expr unit_parts
        { $$ = ast_item(parse, NAMED(UNIT, @$, $name, NULL, $expr, NULL, NULL), $unit_parts); }
  | EENHEID name DIVIDE name[plural] unit_parts
        { $$ = ast_item(parse, NAMED(UNIT, @$, $2, $plural, NULL, NULL, NULL), $unit_parts); }
  | EENHEID name DIVIDE name[plural] EQ expr unit_parts
        { $$ = ast_item(parse, NAMED(UNIT, @$, $2, $plural, $expr, NULL, NULL), $unit_parts); }
    ;

unit_parts:
    %empty                      { $$ = NULL; }
  | unit_parts[chain] unit_part { $$ = ast_append($chain, $unit_part); }
    ;

unit_part:
    citing
  | ONDEELBAAR                  { $$ = MARKED(@$, INDIVISIBLE); }
  | CODE text                   { $$ = NODE(CODE, @$, $text, NULL); }
    ;

calendar:
    KALENDER name EQ expr citings
        { $$ = ast_item(parse, NAMED(CALENDAR, @$, $name, NULL, $expr, NULL, NULL), $citings); }
  | KALENDER name EQ weekdays citings
        { $$ = ast_item(parse, NAMED(CALENDAR, @$, $name, NULL, $weekdays, NULL, NULL), $citings); }
  | KALENDER name EXTERN citings
        { $$ = ast_item(parse, FLAGGED(NAMED(CALENDAR, @$, $name, NULL, NULL, NULL, NULL), EXTERN), $citings); }
    ;

weekdays:
    name TOT_EN_MET name[to] days_off
        { $$ = NODE4(WEEKDAYS, @$, $1, $to, $days_off, NULL); }
    ;

days_off:
    %empty                      { $$ = NULL; }
  | days_off[chain] BEHALVE dotted
        { $$ = ast_append($chain, NAMED(EXCEPT, @2, $dotted, NULL, NULL, NULL, NULL)); }
  | days_off[chain] MET dotted
        { $$ = ast_append($chain, NAMED(INCLUDE, @2, $dotted, NULL, NULL, NULL, NULL)); }
  | days_off[chain] COMMA BEHALVE dotted
        { $$ = ast_append($chain, NAMED(EXCEPT, @3, $dotted, NULL, NULL, NULL, NULL)); }
  | days_off[chain] COMMA MET dotted
        { $$ = ast_append($chain, NAMED(INCLUDE, @3, $dotted, NULL, NULL, NULL, NULL)); }
    ;

ends_product:
    VERVALT name PER expr citings
        { $$ = ast_item(parse, NAMED(ENDS_PRODUCT, @$, $name, $expr, NULL, NULL, NULL), $citings); }
    ;

/* ---- products, tariffs and tables */

product:
    PRODUCT name text_opt per_opt product_parts
        { $$ = ast_item(parse, NAMED(PRODUCT, @$, $name, $text_opt, $per_opt, NULL, NULL), $product_parts); }
    ;

/* Only straight after the name: after an expression `per` makes a rate of it. */
per_opt:
    %empty                      { $$ = NULL; }
  | PER name                    { $$ = $name; }
    ;

product_parts:
    %empty                      { $$ = NULL; }
  | product_parts[chain] product_part  { $$ = ast_append($chain, $product_part); }
    ;

product_part:
    citing
  | dating
  | NAAR dimensions             { $$ = $dimensions; }
  | CODE text                   { $$ = NODE(CODE, @$, $text, NULL); }
  | TOON_PER name               { $$ = NODE(SHOW, @$, $name, NULL); }
  | ONDEELBAAR                  { $$ = MARKED(@$, INDIVISIBLE); }
  | IN_EURO                     { $$ = MARKED(@$, IN_EURO); }
  | VAST                        { $$ = MARKED(@$, FIXED); }
  | MAXIMUM                     { $$ = MARKED(@$, MAXIMUM); }
  | TARIEF_OP_BEGIN             { $$ = MARKED(@$, TARIFF_AT_BEGIN); }
    ;

tariff:
    TARIEF name per_opt tariff_parts
        { $$ = ast_item(parse, NAMED(TARIFF, @$, $name, NULL, $per_opt, NULL, NULL), $tariff_parts); }
    ;

tariff_parts:
    %empty                      { $$ = NULL; }
  | tariff_parts[chain] tariff_part  { $$ = ast_append($chain, $tariff_part); }
    ;

tariff_part:
    citing
  | dating
  | row
  | PRIJSPEIL year_literal      { $$ = NODE(PRICE_LEVEL, @$, $year_literal, NULL); }
  | MONEY                       { $$ = NODE(AMOUNT, @$, ast_number(parse, AST_MONEY, @1, $1), NULL); }
  | MONEY PER name              { $$ = NODE(AMOUNT, @$, NAMED(RATE, @$, $name, ast_number(parse, AST_MONEY, @1, $1),
                                                              NULL, NULL, NULL), NULL); }
  | VAST                        { $$ = MARKED(@$, FIXED); }
  | MAXIMUM                     { $$ = MARKED(@$, MAXIMUM); }
  | EXTERN                      { $$ = MARKED(@$, EXTERN); }
  | FACULTATIEF                 { $$ = MARKED(@$, OPTIONAL); }
  | GEEN_TARIEF                 { $$ = MARKED(@$, NO_TARIFF); }
  | TARIEF_OP_BEGIN             { $$ = MARKED(@$, TARIFF_AT_BEGIN); }
    ;

table:
    TABEL name table_parts      { $$ = ITEM(TABLE, @$, $name, $table_parts); }
    ;

table_parts:
    %empty                      { $$ = NULL; }
  | table_parts[chain] table_part  { $$ = ast_append($chain, $table_part); }
    ;

table_part:
    citing
  | dating
  | row
  | NAAR dimensions             { $$ = $dimensions; }
  | COLON type                  { $$ = $type; }
  | EXTERN                      { $$ = MARKED(@$, EXTERN); }
  | FACULTATIEF                 { $$ = MARKED(@$, OPTIONAL); }
    ;

dimensions:
    dimension
  | dimensions[chain] COMMA dimension  { $$ = ast_append($chain, $dimension); }
    ;

dimension:
    dotted                      { $$ = ast_retext($dotted, AST_DIMENSION, $dotted->text); }
  | dotted LPAREN type RPAREN   { $$ = NAMED(DIMENSION, @$, $dotted, $type, NULL, NULL, NULL); }
    ;

row:
    bar_open cells ROW_END      { $$ = NODE(ROW, @$, $cells, NULL); }
    ;

bar_open:
    ROW_BEGIN
  | PIPE
    ;

cells:
    cell
  | cells[chain] PIPE cell      { $$ = ast_append($chain, $cell); }
    ;

cell:
    %empty                      { $$ = NODE(CELL_EMPTY, @$, NULL, NULL); }
  | DAARBOVEN                   { $$ = NODE(CELL_ABOVE, @$, NULL, NULL); }
  | OVERIGE                     { $$ = NODE(CELL_REST, @$, NULL, NULL); }
  | GEEN_TARIEF                 { $$ = NODE(CELL_NONE, @$, NULL, NULL); }
  | expr
    ;

/* ---- definitions and inputs */

definition:
    DEFINITIE name parameters_opt type_opt definition_heads EQ expr definition_parts
        { $$ = ast_item(parse, NAMED(DEFINITION, @$, $name, $parameters_opt, $type_opt, $expr, NULL),
                        ast_append($definition_heads, $definition_parts)); }
  | DEFINITIE name parameters_opt type_opt definition_heads EXTERN citings
        { $$ = ast_item(parse, FLAGGED(NAMED(DEFINITION, @$, $name, $parameters_opt, $type_opt, NULL, NULL), EXTERN),
                        ast_append($definition_heads, $citings)); }
    ;

definition_heads:
    %empty                      { $$ = NULL; }
  | definition_heads[chain] definition_head  { $$ = ast_append($chain, $definition_head); }
    ;

definition_head:
    citing
  | AANROEPBAAR                 { $$ = MARKED(@$, CALLABLE); }
  | INVOER inputs               { $$ = $inputs; }
  | list_core
    ;

definition_parts:
    %empty                      { $$ = NULL; }
  | definition_parts[chain] definition_part  { $$ = ast_append($chain, $definition_part); }
    ;

definition_part:
    citing
  | dating
  | when                        { $$ = NODE(CONDITION, @$, $when, NULL); }
  | WAAR wheres                 { $$ = $wheres; }
  | AANROEPBAAR                 { $$ = MARKED(@$, CALLABLE); }
  | UITZONDERING_OP name        { $$ = NAMED(EXCEPTION_TO, @$, $name, NULL, NULL, NULL, NULL); }
  | IN_AFWIJKING_VAN name       { $$ = NAMED(DEROGATES, @$, $name, NULL, NULL, NULL, NULL); }
    ;

wheres:
    where
  | wheres[chain] COMMA where   { $$ = ast_append($chain, $where); }
    ;

where:
    name type_opt EQ expr       { $$ = NAMED(WHERE, @$, $name, $expr, $type_opt, NULL, NULL); }
    ;

parameters_opt:
    %empty                      { $$ = NULL; }
  | LPAREN RPAREN               { $$ = NULL; }
  | LPAREN parameters RPAREN    { $$ = $parameters; }
    ;

parameters:
    parameter
  | parameters[chain] COMMA parameter  { $$ = ast_append($chain, $parameter); }
    ;

parameter:
    name COLON type optional    { $$ = ast_flag(NAMED(PARAMETER, @$, $name, $type, NULL, NULL, NULL), $optional); }
    ;

optional:
    %empty                      { $$ = 0; }
  | FACULTATIEF                 { $$ = AST_IS_OPTIONAL; }
    ;

type_opt:
    %empty                      { $$ = NULL; }
  | COLON type                  { $$ = $type; }
    ;

type:
    dotted                      { $$ = ast_retext($dotted, AST_TYPE, $dotted->text); }
  | dotted PER name             { $$ = NAMED(TYPE, @$, $dotted, NULL, $name, NULL, NULL); }
  | JA DIVIDE NEE               { $$ = LEAF(TYPE, @$, TEXT("ja/nee")); }
  | JA DIVIDE NEE PER name      { $$ = ast_retext(NODE(TYPE, @$, NULL, $name), AST_TYPE, TEXT("ja/nee")); }
  | LIJST_VAN name              { $$ = FLAGGED(NAMED(TYPE, @$, $name, NULL, NULL, NULL, NULL), LIST_OF); }
    ;

input:
    INVOER inputs citings       { $$ = ast_share($inputs, $citings); }
    ;

inputs:
    input_one
  | inputs[chain] COMMA input_one  { $$ = ast_append($chain, $input_one); }
    ;

input_one:
    name COLON type optional text_opt
        { $$ = ast_item(parse, ast_flag(NAMED(INPUT, @$, $name, $type, $text_opt, NULL, NULL), $optional), NULL); }
    ;

list:
    list_core citings           { $$ = ast_item(parse, $list_core, $citings); }
    ;

list_core:
    LIJST name per_opt LPAREN parameters RPAREN TEN_HOOGSTE NUMBER
        { $$ = NAMED(LIST, @$, $name, $parameters, $per_opt, ast_number(parse, AST_NUMBER, @8, $8), NULL); }
    ;

/* ---- rules */

rule:
    REGEL name rule_parts       { $$ = ITEM(RULE, @$, $name, $rule_parts); }
    ;

exception:
    UITZONDERING name OP name[rule] rule_parts
        { $$ = ast_item(parse, NAMED(EXCEPTION, @$, $2, NULL, $4, NULL, NULL), $rule_parts); }
    ;

rule_parts:
    %empty                      { $$ = NULL; }
  | rule_parts[chain] rule_part { $$ = ast_append($chain, $rule_part); }
    ;

rule_part:
    citing
  | dating
  | VOOR names                  { $$ = NODE(FOR, @$, $names, NULL); }
  | when                        { $$ = NODE(CONDITION, @$, $when, NULL); }
  | KEUR_AF %prec LOOSE         { $$ = NODE(REJECT, @$, NULL, NULL); }
  | KEUR_AF when                { $$ = NODE(REJECT, @$, $when, NULL); }
  | HOUD_AAN %prec LOOSE        { $$ = NODE(HOLD, @$, NULL, NULL); }
  | HOUD_AAN when               { $$ = NODE(HOLD, @$, $when, NULL); }
  | BEGRENS_VOLUME expr %prec LOOSE  { $$ = NODE(CAP_VOLUME, @$, $expr, NULL); }
  | BEGRENS_VOLUME expr when    { $$ = NODE(CAP_VOLUME, @$, $expr, $when); }
  | BEGRENS_BEDRAG expr %prec LOOSE  { $$ = NODE(CAP_AMOUNT, @$, $expr, NULL); }
  | BEGRENS_BEDRAG expr when    { $$ = NODE(CAP_AMOUNT, @$, $expr, $when); }
  | BETAAL expr %prec LOOSE     { $$ = NODE(PAY, @$, $expr, NULL); }
  | BETAAL expr when            { $$ = NODE(PAY, @$, $expr, $when); }
  | CODE text                   { $$ = NODE(CODE, @$, $text, NULL); }
  | REDEN text                  { $$ = NODE(REASON, @$, $text, NULL); }
  | UITZONDERING_OP name        { $$ = NAMED(EXCEPTION_TO, @$, $name, NULL, NULL, NULL, NULL); }
  | IN_AFWIJKING_VAN name %prec LOOSE  { $$ = NAMED(DEROGATES, @$, $name, NULL, NULL, NULL, NULL); }
  | IN_AFWIJKING_VAN name when  { $$ = NAMED(DEROGATES, @$, $name, $when, NULL, NULL, NULL); }
  | OOK_CREDIT                  { $$ = NODE(ALSO_CREDIT, @$, NULL, NULL); }
  | WAAR wheres                 { $$ = $wheres; }
    ;

/* ---- series, indexation, counters */

series:
    REEKS name text_opt per_opt series_parts
        { $$ = ast_item(parse, NAMED(SERIES, @$, $name, $text_opt, $per_opt, NULL, NULL), $series_parts); }
    ;

series_parts:
    %empty                      { $$ = NULL; }
  | series_parts[chain] series_part  { $$ = ast_append($chain, $series_part); }
    ;

series_part:
    citing
  | row
  | EXTERN                      { $$ = MARKED(@$, EXTERN); }
  | DAARNA_FOUT                 { $$ = MARKED(@$, AFTER_FAULT); }
  | DAARNA_LAATSTE              { $$ = MARKED(@$, AFTER_LAST); }
    ;

indexation:
    INDEXERING names index_parts
        { $$ = ast_item(parse, NAMED(INDEXATION, @$, $names, $names, NULL, NULL, NULL), $index_parts); }
    ;

index_parts:
    %empty                      { $$ = NULL; }
  | index_parts[chain] index_part  { $$ = ast_append($chain, $index_part); }
    ;

index_part:
    citing
  | dating
  | JAARLIJKS_OP day_month      { $$ = NODE(YEARLY, @$, $day_month, NULL); }
  | JAARLIJKS_OP day_month VANAF year_literal  { $$ = NODE(YEARLY, @$, $day_month, $year_literal); }
  | FACTOR expr                 { $$ = NODE(FACTOR, @$, $expr, NULL); }
  | KETEN_OP_AFGEROND           { $$ = FLAGGED(NODE(CHAIN, @$, NULL, NULL), ROUNDED); }
  | KETEN_OP_ONAFGEROND         { $$ = NODE(CHAIN, @$, NULL, NULL); }
  | KETEN_VOLGENS name          { $$ = NAMED(CHAIN, @$, $name, NULL, NULL, NULL, NULL); }
  | AFRONDING_VOLGENS name      { $$ = NAMED(ROUNDING, @$, $name, NULL, NULL, NULL, NULL); }
  | AFRONDING rounding          { $$ = NODE(ROUNDING, @$, $rounding, NULL); }
  | AFRONDING AFGEROND rounding { $$ = NODE(ROUNDING, @$, $rounding, NULL); }
  | AFRONDING mode rounding     { $$ = NODE(ROUNDING, @$, ast_flag($rounding, $mode), NULL); }
  | AFRONDING mode AFGEROND rounding  { $$ = NODE(ROUNDING, @$, ast_flag($rounding, $mode), NULL); }
    ;

day_month:
    NUMBER NAME                 { $$ = ast_set_number(LEAF(DAY_MONTH, @$, $NAME), $NUMBER); }
    ;

counter:
    TELLER name PER names EQ SOM_VAN expr counter_rest
        { $$ = ast_item(parse, FLAGGED(NAMED(COUNTER, @$, $name, $names, $expr, NULL, NULL), OF_SUM), $8); }
  | TELLER name PER names EQ DAGEN_VAN expr counter_rest
        { $$ = ast_item(parse, FLAGGED(NAMED(COUNTER, @$, $name, $names, $expr, NULL, NULL), OF_DAYS), $8); }
  | TELLER name PER names EQ AANTAL counter_rest
        { $$ = ast_item(parse, FLAGGED(NAMED(COUNTER, @$, $name, $names, NULL, NULL, NULL), OF_COUNT), $7); }
    ;

counter_rest:
    citings                     { $$ = $citings; }
  | VOOR names citings          { $$ = ast_append(NODE(FOR, @names, $names, NULL), $citings); }
  | when citings                { $$ = ast_append(NODE(CONDITION, @when, $when, NULL), $citings); }
  | VOOR names when citings
        { $$ = ast_append(ast_append(NODE(FOR, @names, $names, NULL), NODE(CONDITION, @when, $when, NULL)), $citings); }
    ;

/* ---- penalties, terms, obligations: inputs first, so that an `invoer` after them is a column of the lines again */

penalty:
    BOETE name form_heads form_rest
        { $$ = ITEM(PENALTY, @$, $name, ast_append($form_heads, $form_rest)); }
  | KAN_BOETE name form_heads form_rest
        { $$ = FLAGGED(ITEM(PENALTY, @$, $name, ast_append($form_heads, $form_rest)), POWER); }
    ;

suspension:
    KAN_OPSCHORTEN name form_heads form_rest
        { $$ = ITEM(SUSPENSION, @$, $name, ast_append($form_heads, $form_rest)); }
    ;

term:
    TERMIJN name form_heads form_rest
        { $$ = ITEM(TERM, @$, $name, ast_append($form_heads, $form_rest)); }
    ;

obligation:
    VERPLICHTING name form_heads form_rest
        { $$ = ITEM(OBLIGATION, @$, $name, ast_append($form_heads, $form_rest)); }
    ;

form_heads:
    %empty                      { $$ = NULL; }
  | form_heads[chain] form_head { $$ = ast_append($chain, $form_head); }
    ;

form_head:
    citing
  | dating
  | INVOER inputs               { $$ = $inputs; }
  | list_core
    ;

form_rest:
    form_part form_parts form_exceptions
        { $$ = ast_append(ast_append($form_part, $form_parts), $form_exceptions); }
    ;

form_parts:
    %empty                      { $$ = NULL; }
  | form_parts[chain] form_part { $$ = ast_append($chain, $form_part); }
  | form_parts[chain] citing    { $$ = ast_append($chain, $citing); }
  | form_parts[chain] dating    { $$ = ast_append($chain, $dating); }
    ;

form_part:
    when                        { $$ = NODE(CONDITION, @$, $when, NULL); }
  | VEREIST expr                { $$ = NODE(REQUIRE, @$, $expr, NULL); }
  | VEREIST expr ANDERS_FOUT text  { $$ = NODE(REQUIRE, @$, $expr, $text); }
  | BEDRAG expr                 { $$ = NODE(AMOUNT, @$, $expr, NULL); }
  | AANVULLEND expr             { $$ = NODE(ADDITIONAL, @$, $expr, NULL); }
  | TEN_HOOGSTE expr            { $$ = NODE(AT_MOST, @$, $expr, NULL); }
  | BEGINT expr                 { $$ = NODE(BEGINS, @$, $expr, NULL); }
  | DUURT expr                  { $$ = NODE(LASTS, @$, $expr, NULL); }
  | EINDIGT expr                { $$ = NODE(ENDS, @$, $expr, NULL); }
  | VERLENGD_TOT name           { $$ = NAMED(EXTENDED, @$, $name, NULL, NULL, NULL, NULL); }
  | WAAR wheres                 { $$ = $wheres; }
  | REDEN text                  { $$ = NODE(REASON, @$, $text, NULL); }
  | JAARLIJKS_OP day_month      { $$ = NODE(YEARLY, @$, $day_month, NULL); }
  | JAARLIJKS_OP day_month VANAF year_literal  { $$ = NODE(YEARLY, @$, $day_month, $year_literal); }
  | JAARLIJKS_OP day_month OVER yearly_over
        { $$ = NODE4(YEARLY, @$, $day_month, NULL, $yearly_over, NULL); }
  | ELKE name                   { $$ = NAMED(EVERY, @$, $name, NULL, NULL, NULL, NULL); }
  | ELKE name OP expr           { $$ = NAMED(EVERY, @$, $name, $expr, NULL, NULL, NULL); }
    ;

yearly_over:
    expr
  | name TOT_EN_MET name[to]    { $$ = NODE(PERIOD_NAMED, @$, $1, $to); }
  | name TOT_EN_MET name[to] VAN_VORIG_JAAR  { $$ = FLAGGED(NODE(PERIOD_NAMED, @$, $1, $to), LAST_YEAR); }
    ;

form_exceptions:
    %empty                      { $$ = NULL; }
  | form_exceptions[chain] form_exception  { $$ = ast_append($chain, $form_exception); }
    ;

form_exception:
    UITZONDERING_BINNEN name exception_parts  { $$ = ITEM(EXCEPTION, @$, $name, $exception_parts); }
    ;

exception_parts:
    %empty                      { $$ = NULL; }
  | exception_parts[chain] form_part  { $$ = ast_append($chain, $form_part); }
  | exception_parts[chain] citing     { $$ = ast_append($chain, $citing); }
  | exception_parts[chain] dating     { $$ = ast_append($chain, $dating); }
  | exception_parts[chain] UITZONDERING_OP name
        { $$ = ast_append($chain, NAMED(EXCEPTION_TO, @name, $name, NULL, NULL, NULL, NULL)); }
    ;

/* ---- amendments, readings, judgements */

amendment:
    WIJZIGING name VANAF expr citings
        { $$ = ast_item(parse, NAMED(AMENDMENT, @$, $name, $expr, NULL, NULL, NULL), $citings); }
  | WIJZIGING name VANAF expr TENZIJ expr[unless] citings
        { $$ = ast_item(parse, NAMED(AMENDMENT, @$, $name, $4, $unless, NULL, NULL), $citings); }
    ;

reading:
    LEZING name text_opt EQ alternatives GEKOZEN name[chosen] citings
        { $$ = ast_item(parse, NAMED(READING, @$, $2, $text_opt, $alternatives, $chosen, NULL), $citings); }
  | LEZING name text_opt EQ alternatives GEKOZEN name[chosen] OMDAT text citings
        { $$ = ast_item(parse, NAMED(READING, @$, $2, $text_opt, $alternatives, $chosen, NULL),
                        ast_append(NODE(REASON, @text, $text, NULL), $citings)); }
    ;

alternatives:
    member
  | alternatives[chain] bar member  { $$ = ast_append($chain, $member); }
    ;

bar:
    PIPE
  | ROW_BEGIN
  | ROW_END
    ;

judgement:
    OORDEEL name text_opt citings
        { $$ = ast_item(parse, NAMED(JUDGEMENT, @$, $name, NULL, $text_opt, NULL, NULL), $citings); }
  | OORDEEL name DOOR name[who] text_opt citings
        { $$ = ast_item(parse, NAMED(JUDGEMENT, @$, $2, $who, $text_opt, NULL, NULL), $citings); }
    ;

inexpressible:
    NIET_UITDRUKBAAR TEXT citings
        { $$ = ast_item(parse, LEAF(INEXPRESSIBLE, @$, $TEXT), $citings); }
    ;

/* ---- scenarios */

scenario:
    VOORBEELD text scenario_parts  { $$ = ITEM(SCENARIO, @$, $text, $scenario_parts); }
    ;

scenario_parts:
    %empty                      { $$ = NULL; }
  | scenario_parts[chain] scenario_part  { $$ = ast_append($chain, $scenario_part); }
    ;

scenario_part:
    citing
  | GEGEVEN facts               { $$ = NODE(GIVEN, @$, $facts, NULL); }
  | GEGEVEN line_number facts   { $$ = FLAGGED(ast_set_number(NODE(GIVEN, @$, $facts, NULL), $line_number), NUMBERED); }
  | EERDER facts TOEGEKEND expr { $$ = NODE(EARLIER, @$, $facts, $expr); }
  | VERWACHT outcomes           { $$ = NODE(EXPECT, @$, $outcomes, NULL); }
  | VERWACHT line_number outcomes
        { $$ = FLAGGED(ast_set_number(NODE(EXPECT, @$, $outcomes, NULL), $line_number), NUMBERED); }
    ;

line_number:
    REGEL NUMBER                { $$ = $NUMBER; }
    ;

facts:
    fact
  | facts[chain] COMMA fact     { $$ = ast_append($chain, $fact); }
    ;

fact:
    dotted                      { $$ = ast_retext($dotted, AST_FACT, $dotted->text); }
  | dotted value                { $$ = NAMED(FACT, @$, $dotted, $value, NULL, NULL, NULL); }
  | dotted EQ expr              { $$ = NAMED(FACT, @$, $dotted, $expr, NULL, NULL, NULL); }
  | dotted LBRACKET index_args RBRACKET EQ expr
        { $$ = NAMED(FACT, @$, $dotted, $expr, $index_args, NULL, NULL); }
  | dotted records              { $$ = NAMED(FACT, @$, $dotted, NULL, NULL, $records, NULL); }
  | VAN expr TOT_EN_MET expr[to]
        { $$ = FLAGGED(NODE(FACT, @$, NODE(INTERVAL, @$, $2, $to), NULL), IS_INTERVAL); }
  | VANAF expr TOT_EN_MET expr[to]
        { $$ = FLAGGED(NODE(FACT, @$, NODE(INTERVAL, @$, $2, $to), NULL), IS_INTERVAL); }
  | PRODUCT name                { $$ = FLAGGED(NODE(FACT, @$, $name, NULL), OF_PRODUCT); }
  | PRODUCT text                { $$ = FLAGGED(NODE(FACT, @$, $text, NULL), OF_PRODUCT); }
  | REEKS name LBRACKET index_args RBRACKET EQ expr
        { $$ = FLAGGED(NAMED(FACT, @$, $name, $expr, $index_args, NULL, NULL), OF_SERIES); }
  | TABEL name LBRACKET index_args RBRACKET EQ expr
        { $$ = FLAGGED(NAMED(FACT, @$, $name, $expr, $index_args, NULL, NULL), OF_TABLE); }
  | TABEL name EQ expr          { $$ = FLAGGED(NAMED(FACT, @$, $name, $expr, NULL, NULL, NULL), OF_TABLE); }
  | OORDEEL name EQ expr        { $$ = FLAGGED(NAMED(FACT, @$, $name, $expr, NULL, NULL, NULL), OF_JUDGEMENT); }
  | LEZING name EQ expr         { $$ = FLAGGED(NAMED(FACT, @$, $name, $expr, NULL, NULL, NULL), OF_READING); }
  | PEILDATUM expr              { $$ = FLAGGED(NODE(FACT, @$, $expr, NULL), AS_OF); }
    ;

records:
    record
  | records[chain] record       { $$ = ast_append($chain, $record); }
    ;

record:
    LPAREN facts RPAREN         { $$ = NODE4(FACT, @$, NULL, NULL, $facts, NULL); }
    ;

value:
    name
  | text
  | year_literal
  | NUMBER NAME                 { $$ = ast_retext(NODE(QUANTITY, @$, ast_number(parse, AST_NUMBER, @1, $1), NULL),
                                                  AST_QUANTITY, $2); }
  | PERCENT                     { $$ = ast_number(parse, AST_PERCENT, @$, $PERCENT); }
  | MONEY                       { $$ = ast_number(parse, AST_MONEY, @$, $MONEY); }
  | MONEY PER name              { $$ = NAMED(RATE, @$, $name, ast_number(parse, AST_MONEY, @1, $1), NULL, NULL, NULL); }
  | JA                          { $$ = FLAGGED(NODE(BOOLEAN, @$, NULL, NULL), TRUE); }
  | NEE                         { $$ = NODE(BOOLEAN, @$, NULL, NULL); }
  | MINUS value[operand]        { $$ = NODE(NEGATE, @$, $operand, NULL); }
    ;

outcomes:
    outcome
  | outcomes[chain] COMMA outcome  { $$ = ast_append($chain, $outcome); }
    ;

outcome:
    GOEDGEKEURD                 { $$ = FLAGGED(NODE(OUTCOME, @$, NULL, NULL), APPROVED); }
  | GOEDGEKEURD value           { $$ = FLAGGED(NODE(OUTCOME, @$, $value, NULL), APPROVED); }
  | AFGEKEURD                   { $$ = FLAGGED(NODE(OUTCOME, @$, NULL, NULL), REJECTED); }
  | AFGEKEURD DOOR deciders     { $$ = FLAGGED(NODE(OUTCOME, @$, NULL, $deciders), REJECTED); }
  | AANGEHOUDEN                 { $$ = FLAGGED(NODE(OUTCOME, @$, NULL, NULL), HELD); }
  | AANGEHOUDEN DOOR deciders   { $$ = FLAGGED(NODE(OUTCOME, @$, NULL, $deciders), HELD); }
  | BEGRENSD DOOR deciders      { $$ = FLAGGED(NODE(OUTCOME, @$, NULL, $deciders), CAPPED); }
  | TOEGEKEND expr              { $$ = FLAGGED(NODE(OUTCOME, @$, $expr, NULL), GRANTED); }
  | TARIEF expr                 { $$ = FLAGGED(NODE(OUTCOME, @$, $expr, NULL), IS_TARIFF); }
  | TARIEF EQ expr              { $$ = FLAGGED(NODE(OUTCOME, @$, $expr, NULL), IS_TARIFF); }
  | FOUT                        { $$ = FLAGGED(NODE(OUTCOME, @$, NULL, NULL), FAULT); }
  | dotted EQ expr              { $$ = NAMED(OUTCOME, @$, $dotted, $expr, NULL, NULL, NULL); }
  | dotted LPAREN args_opt RPAREN EQ expr
        { $$ = NAMED(OUTCOME, @$, $dotted, $expr, NULL, $args_opt, NULL); }
  | dotted LBRACKET index_args RBRACKET EQ expr
        { $$ = NAMED(OUTCOME, @$, $dotted, $expr, NULL, $index_args, NULL); }
  | DEFINITIE dotted EQ expr
        { $$ = FLAGGED(NAMED(OUTCOME, @$, $dotted, $expr, NULL, NULL, NULL), OF_DEFINITION); }
  | DEFINITIE dotted LPAREN args_opt RPAREN EQ expr
        { $$ = FLAGGED(NAMED(OUTCOME, @$, $dotted, $expr, NULL, $args_opt, NULL), OF_DEFINITION); }
  | dotted FOUT                 { $$ = FLAGGED(NAMED(OUTCOME, @$, $dotted, NULL, NULL, NULL, NULL), FAULT); }
  | dotted LPAREN args_opt RPAREN FOUT
        { $$ = FLAGGED(NAMED(OUTCOME, @$, $dotted, NULL, NULL, $args_opt, NULL), FAULT); }
  | BOETE dotted FOUT           { $$ = FLAGGED(NAMED(OUTCOME, @$, $dotted, NULL, NULL, NULL, NULL), OF_PENALTY | AST_IS_FAULT); }
  | TERMIJN dotted FOUT         { $$ = FLAGGED(NAMED(OUTCOME, @$, $dotted, NULL, NULL, NULL, NULL), OF_TERM | AST_IS_FAULT); }
  | TERMIJN dotted EQ expr      { $$ = FLAGGED(NAMED(OUTCOME, @$, $dotted, $expr, NULL, NULL, NULL), OF_TERM); }
  | BOETE dotted EQ expr        { $$ = FLAGGED(NAMED(OUTCOME, @$, $dotted, $expr, NULL, NULL, NULL), OF_PENALTY); }
  | TERMIJN dotted BEGINT expr
        { $$ = FLAGGED(NAMED(OUTCOME, @$, $dotted, $expr, LEAF(NAME, @3, TEXT("begint")), NULL, NULL), OF_TERM); }
  | TERMIJN dotted EINDIGT expr
        { $$ = FLAGGED(NAMED(OUTCOME, @$, $dotted, $expr, LEAF(NAME, @3, TEXT("eindigt")), NULL, NULL), OF_TERM); }
  | INDEXERING name year_literal EQ expr
        { $$ = FLAGGED(NAMED(OUTCOME, @$, $name, $expr, NULL, $year_literal, NULL), OF_INDEXATION); }
    ;

deciders:
    decider
  | deciders[chain] EN decider  { $$ = ast_append($chain, $decider); }
    ;

decider:
    name
  | text
    ;

/* ---- expressions */

args_opt:
    %empty                      { $$ = NULL; }
  | args
    ;

args:
    expr
  | args[chain] COMMA expr      { $$ = ast_append($chain, $expr); }
    ;

index_args:
    index_arg
  | index_args[chain] COMMA index_arg  { $$ = ast_append($chain, $index_arg); }
    ;

index_arg:
    expr
  | NAME VORIG_JAAR             { $$ = ast_set_number(LEAF(RELATIVE_MONTH, @$, $NAME), NUMBER_ONE); }
  | NAME DIT_JAAR               { $$ = ast_set_number(LEAF(RELATIVE_MONTH, @$, $NAME), NUMBER_ZERO); }
  | NAME NUMBER JAAR_TERUG      { $$ = ast_set_number(LEAF(RELATIVE_MONTH, @$, $NAME), $NUMBER); }
  | VORIG_JAAR                  { $$ = ast_set_number(NODE(RELATIVE_MONTH, @$, NULL, NULL), NUMBER_ONE); }
  | DIT_JAAR                    { $$ = ast_set_number(NODE(RELATIVE_MONTH, @$, NULL, NULL), NUMBER_ZERO); }
  | NUMBER JAAR_TERUG           { $$ = ast_set_number(NODE(RELATIVE_MONTH, @$, NULL, NULL), $NUMBER); }
  | name JAAR_TERUG             { $$ = FLAGGED(NODE(RELATIVE_MONTH, @$, $name, NULL), IN_WORDS); }
  | NAME name JAAR_TERUG        { $$ = FLAGGED(ast_retext(NODE(RELATIVE_MONTH, @$, $name, NULL), AST_RELATIVE_MONTH,
                                                          $NAME), IN_WORDS); }
    ;

mode:
    REKENKUNDIG                 { $$ = AST_IS_MODE_HALF_AWAY; }
  | NAAR_BOVEN                  { $$ = AST_IS_MODE_UP; }
  | NAAR_BENEDEN                { $$ = AST_IS_MODE_DOWN; }
  | RICHTING_NUL                { $$ = AST_IS_MODE_TO_ZERO; }
  | WEG_VAN_NUL                 { $$ = AST_IS_MODE_FROM_ZERO; }
  | HALF_EVEN                   { $$ = AST_IS_MODE_HALF_EVEN; }
    ;

rounding:
    OP_CENTEN                   { $$ = FLAGGED(NODE(ROUND, @$, NULL, NULL), TO_CENTS); }
  | OP_VEELVOUD expr %prec STEP { $$ = FLAGGED(NODE(ROUND, @$, NULL, $expr), TO_MULTIPLE); }
  | OP_DEELBAAR expr %prec STEP { $$ = FLAGGED(NODE(ROUND, @$, NULL, $expr), TO_DIVISIBLE); }
    ;

path:
    name
  | path[record] DOT name       { $$ = NAMED(FIELD, @$, $name, $record, NULL, NULL, NULL); }
    ;

list_source:
    path %prec PATH
  | name LPAREN args_opt RPAREN { $$ = NAMED(CALL, @$, $name, $args_opt, NULL, NULL, NULL); }
  | DAGEN_VAN path %prec PATH   { $$ = NODE(DAYS_OF, @$, $path, NULL); }
  | DAGEN_VAN LPAREN expr RPAREN  { $$ = NODE(DAYS_OF, @$, $expr, NULL); }
    ;

branches:
    ANDERS expr %prec LOOSE     { $$ = $expr; }
  | ALS expr[if] DAN expr[then] branches[else]  { $$ = NODE4(IF, @$, $if, $then, $else, NULL); }
    ;

expr:
    name
  | text
  | year_literal
  | PERCENT                     { $$ = ast_number(parse, AST_PERCENT, @$, $PERCENT); }
  | MONEY                       { $$ = ast_number(parse, AST_MONEY, @$, $MONEY); }
  | JA                          { $$ = FLAGGED(NODE(BOOLEAN, @$, NULL, NULL), TRUE); }
  | NEE                         { $$ = NODE(BOOLEAN, @$, NULL, NULL); }
  | NUMBER NAME                 { $$ = ast_retext(NODE(QUANTITY, @$, ast_number(parse, AST_NUMBER, @1, $1), NULL),
                                                  AST_QUANTITY, $2); }
  | LPAREN expr[inner] RPAREN   { $$ = $inner; }
  | LPAREN expr[inner] RPAREN NAME
        { $$ = ast_retext(NODE(QUANTITY, @$, $inner, NULL), AST_QUANTITY, $NAME); }
  | NUMBER NAME VAN expr[year] %prec OF_CALL
        { $$ = ast_set_number(ast_retext(NODE(DAY_OF, @$, $year, NULL), AST_DAY_OF, $NAME), $NUMBER); }
  | PERCENT VAN expr[whole] %prec OF_CALL
        { $$ = INFIX(MULTIPLY, @$, @2, ast_number(parse, AST_PERCENT, @1, $1), $whole); }
  | name LPAREN args_opt RPAREN { $$ = NAMED(CALL, @$, $name, $args_opt, NULL, NULL, NULL); }
  | name VAN expr[operand] %prec OF_CALL  { $$ = NAMED(OF, @$, $name, $operand, NULL, NULL, NULL); }
  | EERSTE_DAG_VAN expr[operand] %prec OF_CALL   { $$ = INFIX(FIRST_DAY, @$, @1, $operand, NULL); }
  | LAATSTE_DAG_VAN expr[operand] %prec OF_CALL  { $$ = INFIX(LAST_DAY, @$, @1, $operand, NULL); }
  | EERSTE_NA name NA expr[day] %prec OF_CALL      { $$ = INFIX(AFTER, @$, @1, $name, $day); }
  | EERSTE_VANAF name from_day expr[day] %prec OF_CALL  { $$ = INFIX(FROM, @$, @1, $name, $day); }
  | LAATSTE_VOOR name VOOR expr[day] %prec OF_CALL      { $$ = INFIX(BEFORE, @$, @1, $name, $day); }
  | expr[record] DOT name       { $$ = NAMED(FIELD, @$, $name, $record, NULL, NULL, NULL); }
  | expr[table] LBRACKET index_args RBRACKET  { $$ = INFIX(INDEX, @$, @table, $table, $index_args); }
  | expr[amount] PER name       { $$ = NAMED(RATE, @$, $name, $amount, NULL, NULL, NULL); }
  | expr[l] OF expr[r]          { $$ = INFIX(OR, @$, @2, $l, $r); }
  | expr[l] EN expr[r]          { $$ = INFIX(AND, @$, @2, $l, $r); }
  | NIET expr[operand]          { $$ = INFIX(NOT, @$, @1, $operand, NULL); }
  | expr[l] EQ expr[r]          { $$ = INFIX(EQ, @$, @2, $l, $r); }
  | expr[l] NE expr[r]          { $$ = INFIX(NE, @$, @2, $l, $r); }
  | expr[l] LT expr[r]          { $$ = INFIX(LT, @$, @2, $l, $r); }
  | expr[l] LE expr[r]          { $$ = INFIX(LE, @$, @2, $l, $r); }
  | expr[l] GT expr[r]          { $$ = INFIX(GT, @$, @2, $l, $r); }
  | expr[l] GE expr[r]          { $$ = INFIX(GE, @$, @2, $l, $r); }
  | expr[l] IS expr[r]          { $$ = INFIX(IS, @$, @2, $l, $r); }
  | expr[l] IS_NIET expr[r]     { $$ = INFIX(IS_NOT, @$, @2, $l, $r); }
  | expr[l] LIGT_IN expr[r]     { $$ = INFIX(LIES_IN, @$, @2, $l, $r); }
  | expr[l] RAAKT expr[r]       { $$ = INFIX(TOUCHES, @$, @2, $l, $r); }
  | expr[l] BINNEN expr[r]      { $$ = INFIX(WITHIN, @$, @2, $l, $r); }
  | expr[operand] ONTBREEKT     { $$ = INFIX(ABSENT, @$, @2, $operand, NULL); }
  | expr[operand] AANWEZIG      { $$ = INFIX(PRESENT, @$, @2, $operand, NULL); }
  | expr[l] PLUS expr[r]        { $$ = INFIX(ADD, @$, @2, $l, $r); }
  | expr[l] MINUS expr[r]       { $$ = INFIX(SUBTRACT, @$, @2, $l, $r); }
  | expr[l] TIMES expr[r]       { $$ = INFIX(MULTIPLY, @$, @2, $l, $r); }
  | expr[l] DIVIDE expr[r]      { $$ = INFIX(DIVIDE, @$, @2, $l, $r); }
  | MINUS expr[operand] %prec UNARY  { $$ = INFIX(NEGATE, @$, @1, $operand, NULL); }
  | expr[operand] IN name %prec IN_BARE  { $$ = NAMED(IN, @$, $name, $operand, NULL, NULL, NULL); }
  | expr[operand] IN name mode  { $$ = ast_flag(NAMED(IN, @$, $name, $operand, NULL, NULL, NULL), $mode); }
  | expr[operand] IN LPAREN args RPAREN  { $$ = INFIX(IN_SET, @$, @2, $operand, $args); }
  | expr[operand] AFGEROND rounding       { $$ = ast_round(parse, @$, @2, $operand, 0, $rounding); }
  | expr[operand] AFGEROND mode rounding  { $$ = ast_round(parse, @$, @2, $operand, $mode, $rounding); }
  | expr[operand] mode AFGEROND rounding  { $$ = ast_round(parse, @$, @3, $operand, $mode, $rounding); }
  | ALS expr[if] DAN expr[then] branches  { $$ = NODE4(IF, @$, $if, $then, $branches, NULL); }
  | VAN expr[from] TOT_EN_MET expr[to] %prec INTERVAL    { $$ = NODE(INTERVAL, @$, $from, $to); }
  | VANAF expr[from] TOT_EN_MET expr[to] %prec INTERVAL  { $$ = NODE(INTERVAL, @$, $from, $to); }
  | VANAF expr[from] %prec INTERVAL       { $$ = NODE(INTERVAL, @$, $from, NULL); }
  | TOT_EN_MET expr[to] %prec INTERVAL    { $$ = NODE(INTERVAL, @$, NULL, $to); }
  | expr[duration] VANAF expr[date]       { $$ = INFIX(FROM, @$, @2, $duration, $date); }
  | expr[duration] NA expr[date]          { $$ = INFIX(AFTER, @$, @2, $duration, $date); }
  | expr[counter] OVER expr[period]       { $$ = INFIX(OVER, @$, @2, $counter, $period); }
  | AANEENGESLOTEN name VOOR expr[day] %prec OF_CALL  { $$ = NAMED(UNBROKEN, @$, $name, $day, NULL, NULL, NULL); }
  | AANTAL_DAGEN_IN expr[period] %prec OF_CALL  { $$ = INFIX(COUNT_DAYS, @$, @1, $period, NULL); }
  | AANTAL_VAN name of_from expr[from] TOT_EN_MET expr[to] %prec INTERVAL
        { $$ = NAMED(COUNT_WORKDAYS, @$, $name, $from, $to, NULL, NULL); }
  | SOM_OVER name IN list_source VAN expr[body] %prec AGGREGATE
        { $$ = NAMED(SUM, @$, $name, $list_source, $body, NULL, NULL); }
  | SOM_OVER name IN list_source VAN expr[body] ALS expr[filter] %prec LOOSE
        { $$ = NAMED(SUM, @$, $name, $list_source, $body, $filter, NULL); }
  | SOM_OVER name IN list_source MET LPAREN expr[filter] RPAREN VAN expr[body] %prec AGGREGATE
        { $$ = NAMED(SUM, @$, $name, $list_source, $body, $filter, NULL); }
  | KLEINSTE_OVER name IN list_source VAN expr[body] %prec AGGREGATE
        { $$ = NAMED(LEAST, @$, $name, $list_source, $body, NULL, NULL); }
  | KLEINSTE_OVER name IN list_source VAN expr[body] ALS expr[filter] %prec LOOSE
        { $$ = NAMED(LEAST, @$, $name, $list_source, $body, $filter, NULL); }
  | GROOTSTE_OVER name IN list_source VAN expr[body] %prec AGGREGATE
        { $$ = NAMED(GREATEST, @$, $name, $list_source, $body, NULL, NULL); }
  | GROOTSTE_OVER name IN list_source VAN expr[body] ALS expr[filter] %prec LOOSE
        { $$ = NAMED(GREATEST, @$, $name, $list_source, $body, $filter, NULL); }
  | AANTAL_IN name IN list_source %prec AGGREGATE
        { $$ = NAMED(COUNT, @$, $name, $list_source, NULL, NULL, NULL); }
  | AANTAL_IN name IN list_source MET expr[filter] %prec LOOSE
        { $$ = NAMED(COUNT, @$, $name, $list_source, NULL, $filter, NULL); }
  | ENIGE name IN list_source HEEFT expr[filter] %prec LOOSE
        { $$ = NAMED(ANY, @$, $name, $list_source, NULL, $filter, NULL); }
  | ALLE name IN list_source HEBBEN expr[filter] %prec LOOSE
        { $$ = NAMED(ALL, @$, $name, $list_source, NULL, $filter, NULL); }
  | LAATSTE name IN list_source GEEFT expr[body] %prec AGGREGATE
        { $$ = NAMED(LAST, @$, $name, $list_source, $body, NULL, NULL); }
  | LAATSTE name IN list_source MET expr[filter] GEEFT expr[body] %prec AGGREGATE
        { $$ = NAMED(LAST, @$, $name, $list_source, $body, $filter, NULL); }
  | EERSTE name IN list_source GEEFT expr[body] %prec AGGREGATE
        { $$ = NAMED(FIRST, @$, $name, $list_source, $body, NULL, NULL); }
  | EERSTE name IN list_source MET expr[filter] GEEFT expr[body] %prec AGGREGATE
        { $$ = NAMED(FIRST, @$, $name, $list_source, $body, $filter, NULL); }
    ;

from_day:
    VANAF
  | OP_OF_NA
    ;

of_from:
    VAN
  | VANAF
    ;

%%

static_assert(YYNTOKENS <= TOKEN_KINDS, "every token kind has a place in a set");

static void *refuse_memory(size_t size)
{
    (void)size;
    return NULL;
}

static bool accepts(const TokenPlace *place, int token)
{
    const ParserStacks *stacks = place->parser;
    return yy_lac(stacks->initial, stacks->lac, stacks->capacity, stacks->top, YYTRANSLATE(token)) == 0;
}

static void fill_value(YYSTYPE *value, const Token *token)
{
    switch (token->kind) {
    case TOK_NAME:
        value->TOK_NAME = token->text;
        break;
    case TOK_TEXT:
        value->TOK_TEXT = token->text;
        break;
    case TOK_NUMBER:
        value->TOK_NUMBER = token->number;
        break;
    case TOK_PERCENT:
        value->TOK_PERCENT = token->number;
        break;
    case TOK_MONEY:
        value->TOK_MONEY = token->number;
        break;
    case TOK_DATE:
        value->TOK_DATE = token->date;
        break;
    case TOK_MONTH:
        value->TOK_MONTH = token->date;
        break;
    default:
        break;
    }
}

static int next_token(YYSTYPE *value, YYLTYPE *span, Parse *parse, ParserStacks *stacks, int *error_status)
{
    /* 3: tokens are being thrown away. Below it the parser has found its footing at an item, so what follows is heard
     * again at once, and not only after three good tokens. */
    bool is_recovering = *error_status == 3;
    if (!is_recovering) {
        *error_status = 0;
    }
    TokenPlace place = {.accepts = accepts, .parser = stacks, .is_recovering = is_recovering};
    const Token *token = token_next(parse, &place);
    fill_value(value, token);
    *span = token->span;
    return token->kind;
}

static int yyreport_syntax_error(const yypcontext_t *context, Parse *parse)
{
    yysymbol_kind_t kinds[YYNTOKENS];
    int tokens[YYNTOKENS];
    int count = yypcontext_expected_tokens(context, kinds, YYNTOKENS);
    for (int i = 0; i < count; i++) {
        tokens[i] = (int)kinds[i]; /* api.token.raw: symbol kinds are token kinds */
    }
    parse_report_syntax(parse, &parse->offered, tokens, count > 0 ? (size_t)count : 0);
    return 0;
}
