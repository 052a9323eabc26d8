/* Random statements as text: as written, and set for reading. */
#include "likelihood_parts.h"

#include "cusp/mem.h"

static void add_expr(const struct syntax *syntax, const struct expr *expr, bool pretty,
                     struct text *out)
{
    if (pretty)
        syntax_expr_pretty(syntax, expr, out);
    else
        syntax_expr_text(syntax, expr, out);
}

static void add_distribution(const struct syntax *syntax,
                             const struct distribution_expr *distribution, bool pretty,
                             struct text *out)
{
    text_addf(out, "%s(", distribution->name);
    for (size_t i = 0; i < distribution->n_args; i++) {
        if (i > 0)
            text_add(out, ", ");
        add_expr(syntax, distribution->args[i], pretty, out);
        if (i < distribution->n_components) {
            text_add(out, ": ");
            add_distribution(syntax, distribution->components[i], pretty, out);
        }
    }
    text_add(out, ")");
}

char *likelihood_formula(const struct syntax *syntax, const struct random_stmt *random, bool pretty)
{
    struct text text;
    text_init(&text);
    text_addf(&text, "%s ~ ", random->symbol->name);
    add_distribution(syntax, random->distribution, pretty, &text);
    char *copy = mem_copy_text(text_get(&text), text.length);
    text_done(&text);
    return copy;
}
