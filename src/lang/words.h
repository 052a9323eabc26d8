/* The words of the language: which are reserved, what distributions there are, what is similar. */
#ifndef CUSP_LANG_WORDS_H
#define CUSP_LANG_WORDS_H

#include <stdbool.h>
#include <stddef.h>

/* True for "param", "potential", …: a word that can only begin a statement. */
bool word_is_statement(const char *s, size_t length);

/* What a reserved word is ("a function", "a distribution", …); NULL if it may be a name. */
const char *word_kind(const char *s, size_t length);

struct distribution_info {
    const char *name;
    size_t min_args, max_args; /* max 0: any number */
    bool continuous;
    const char *usage; /* "normal(mean, sd)" */
};

/* NULL if there is no distribution of this name; "mixture" is one. */
const struct distribution_info *distribution_find(const char *name);
/* All of them, ended by a row without a name. */
const struct distribution_info *distribution_table(void);

/* Looks for the candidate most similar to a mistyped word. */
struct nearest {
    const char *target;
    const char *best; /* NULL while nothing is similar enough */
    size_t distance, offered;
};

void nearest_start(struct nearest *nearest, const char *target);
void nearest_offer(struct nearest *nearest, const char *candidate);

#endif
