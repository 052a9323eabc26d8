/* What the parser hands to the checker: statements with their names not yet looked up. */
#ifndef CUSP_LANG_DRAFT_H
#define CUSP_LANG_DRAFT_H

#include "cusp/syntax.h"
#include "lexer.h"
#include "scope.h"

#include <stdbool.h>
#include <stddef.h>

/* A symbol and what only parser and checker know of it. */
struct declared {
    struct symbol symbol; /* the first member: a symbol of a draft is always one of these */
    bool broken;          /* a fault was reported: say no more about what depends on it */
    bool shapeless;       /* its indices did not parse: how many it has is not known */
    bool used;
    bool overridden; /* by a setting, to this value: */
    double setting;
    enum { TO_VISIT, VISITING, VISITED } state;
    unsigned uses; /* bit k: depends on a symbol of enum symbol_kind k, directly or through lets */
    size_t height;
    struct expr *sizes[SYNTAX_MAX_RANK];  /* written extents; SYM_LET: upper ends of its ranges */
    struct expr *starts[SYNTAX_MAX_RANK]; /* SYM_LET: lower ends */
    struct declared *box_of;              /* SYM_PARAM: whose box it shares; NULL: its own */
};

struct truth_draft {
    struct expr *target;
    struct span at;
    struct distribution_expr *distribution;
};

struct column_draft {
    struct expr *target;
    const char *column;
    struct span at;
};

struct expect_draft {
    struct expect_stmt stmt;
    struct expr **targets, **values; /* of `at`; either may be NULL after a fault */
    size_t n;
};

struct draft {
    struct syntax *syntax; /* arena, file, source; filled by the checker */
    struct diags *diags;
    struct tokens tokens;
    struct scope scope;

    struct declared **symbols;
    size_t n_symbols, symbols_capacity;
    struct random_stmt *inputs, *outputs;
    size_t n_inputs, inputs_capacity, n_outputs, outputs_capacity;
    struct truth_draft *truths;
    size_t n_truths, truths_capacity;
    struct column_draft *columns;
    size_t n_columns, columns_capacity;
    struct prior_stmt *priors;
    size_t n_priors, priors_capacity;
    struct region_stmt *regions;
    size_t n_regions, regions_capacity;
    struct expect_draft *expects;
    size_t n_expects, expects_capacity;

    bool has_potential, has_data, has_view; /* written, perhaps with a fault */
    bool faulty_params;                     /* a param statement did not parse */
    bool faulty_kind;                       /* likewise one that may have said what kind it is */
    struct span view_at;
};

static inline struct declared *declared_of(struct symbol *symbol)
{
    return (struct declared *)symbol;
}

/* Adds an error or warning at a place in the source. */
void draft_error(struct draft *draft, struct span at, const char *format, ...) CUSP_PRINTF(3, 4);
void draft_warning(struct draft *draft, struct span at, const char *format, ...) CUSP_PRINTF(3, 4);

/* The line of a byte of the source, from 1. */
size_t draft_line(const struct draft *draft, size_t offset);

/* The name in an EX_NAME or a call: borrowed bytes of the source. */
const char *draft_name(const struct draft *draft, const struct expr *expr, size_t *length);

/* Parses every statement into the draft; faults are diagnostics. */
void draft_parse(struct draft *draft);

/* Resolves and checks it, and fills draft->syntax as far as there are no faults. */
void draft_check(struct draft *draft, const struct setting *settings, size_t n_settings);

void draft_done(struct draft *draft);

#endif
