/* Reserved words, the distributions of the language, and "did you mean". */
#include "words.h"

#include <string.h>
#include <strings.h>

#include "cusp/op.h"
#include "cusp/syntax.h"
#include "cusp/text.h"

enum { OFFERS_MAX = 2000 }; /* a suggestion is not worth more time than this */

static const char *const statements[] = {
    "model",  "about", "source", "const",  "knob",    "param", "input",    "let",    "potential",
    "output", "truth", "prior",  "region", "observe", "view",  "contrast", "expect", NULL,
};

static const struct distribution_info distributions[] = {
#define DISTRIBUTION(id, min, max, is_discrete, usage_text, help_text) \
    {.name = #id,                                                      \
     .min_args = (min),                                                \
     .max_args = (max),                                                \
     .continuous = !(is_discrete),                                     \
     .usage = (usage_text)},
#include "cusp/distributions.def"
#undef DISTRIBUTION
    {0},
};

const char *const *syntax_keywords(void)
{
    return statements;
}

static bool same(const char *s, size_t length, const char *word)
{
    return strncmp(s, word, length) == 0 && word[length] == '\0';
}

bool word_is_statement(const char *s, size_t length)
{
    for (size_t i = 0; statements[i] != NULL; i++) {
        if (same(s, length, statements[i])) {
            return true;
        }
    }
    return false;
}

const char *word_kind(const char *s, size_t length)
{
    static const char *const others[] = {"in", "at", "and", "or", "not"};
    if (word_is_statement(s, length)) {
        return "a statement";
    }
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        if (same(s, length, others[i])) {
            return "a word of the language";
        }
    }
    if (same(s, length, "pi")) {
        return "a number";
    }
    char name[32];
    if (length >= sizeof name) {
        return NULL;
    }
    memcpy(name, s, length);
    name[length] = '\0';
    if (same(s, length, "sum") || same(s, length, "prod") || op_find_function(name) != OP_COUNT) {
        return "a function";
    }
    return distribution_find(name) != NULL ? "a distribution" : NULL;
}

const struct distribution_info *distribution_find(const char *name)
{
    for (const struct distribution_info *d = distributions; d->name != NULL; d++) {
        if (strcmp(d->name, name) == 0) {
            return d;
        }
    }
    return NULL;
}

const struct distribution_info *distribution_table(void)
{
    return distributions;
}

void nearest_start(struct nearest *nearest, const char *target)
{
    /* A third of the letters may be wrong, at most three; one letter alone resembles nothing. */
    size_t allowed = (strlen(target) + 1) / 3;
    *nearest = (struct nearest){.target = target, .distance = (allowed < 3 ? allowed : 3) + 1};
}

void nearest_offer(struct nearest *nearest, const char *candidate)
{
    if (nearest->offered++ >= OFFERS_MAX) {
        return;
    }
    size_t n = strlen(nearest->target), m = strlen(candidate);
    if (strcasecmp(nearest->target, candidate) == 0) {
        nearest->best = candidate;
        nearest->distance = 0;
        return;
    }
    if ((n > m ? n - m : m - n) >= nearest->distance) {
        return;
    }
    size_t distance = text_distance(nearest->target, candidate);
    if (distance < nearest->distance) {
        nearest->best = candidate;
        nearest->distance = distance;
    }
}
