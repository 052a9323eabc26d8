/* A resolution as text: blow-ups and charts, divisors with their numbers, and who meets whom. */
#include <string.h>

#include "cusp/mem.h"
#include "cusp/rlct.h"
#include "cusp/text.h"

static void indent(struct text *out, size_t depth)
{
    for (size_t i = 0; i < depth; i++)
        text_add(out, "  ");
}

static void add_chart(const struct resolution *resolution, size_t index, size_t depth,
                      struct text *out)
{
    const struct resolution_chart *chart = &resolution->charts[index];
    indent(out, depth);
    if (chart->blow_up == 0) {
        text_addf(out, "chart %zu", index);
    } else {
        text_addf(out, "blow-up %zu at %s, chart %zu: %s", chart->blow_up, chart->centre_text,
                  index, chart->substitution);
    }
    text_addf(out, "\n");
    indent(out, depth + 1);
    text_addf(out, "K ~ %s", chart->total);
    if (strcmp(chart->jacobian, "1") != 0)
        text_addf(out, ", Jacobian %s", chart->jacobian);
    text_add(out, chart->normal_crossing ? ", normal crossings\n" : "\n");
}

/* Charts whose parent is index come below it. Every chart is shown once, whatever the data say. */
static void add_subtree(const struct resolution *resolution, size_t index, size_t depth,
                        bool *shown, struct text *out)
{
    if (shown[index])
        return;
    shown[index] = true;
    add_chart(resolution, index, depth, out);
    for (size_t i = 0; i < resolution->n_charts; i++) {
        if (resolution->charts[i].parent == index) {
            add_subtree(resolution, i, depth + 1, shown, out);
        }
    }
}

static void add_divisors(const struct resolution *resolution, struct text *out)
{
    text_addf(out, "%-8s %6s %8s %12s\n", "divisor", "N", "k", "(k + 1)/N");
    for (size_t i = 0; i < resolution->n_divisors; i++) {
        const struct resolution_divisor *divisor = &resolution->divisors[i];
        char k[64], ratio[64];
        rat_text(k, sizeof k, divisor->jacobian);
        rat_text(ratio, sizeof ratio, divisor->ratio);
        text_addf(out, "%-8s %6ld %8s %12s%s", divisor->name, divisor->multiplicity, k,
                  divisor->ratio.den ? ratio : "-", divisor->wins ? "  <- least" : "");
        if (!divisor->exceptional && *divisor->of)
            text_addf(out, "  %s", divisor->of);
        text_add(out, "\n");
    }
}

static void add_meetings(const struct resolution *resolution, struct text *out)
{
    for (size_t i = 0; i < resolution->n_meetings; i++) {
        const struct resolution_meeting *meeting = &resolution->meetings[i];
        text_addf(out, "%s meets %s at %s%s\n", resolution->divisors[meeting->a].name,
                  resolution->divisors[meeting->b].name, meeting->where,
                  meeting->wins ? "  <- both least" : "");
    }
}

void rlct_tree(const struct resolution *resolution, struct text *out)
{
    bool *shown = mem_new(resolution->n_charts + 1, sizeof *shown);
    for (size_t i = 0; i < resolution->n_charts; i++) {
        if (resolution->charts[i].parent >= resolution->n_charts) {
            add_subtree(resolution, i, 0, shown, out);
        }
    }
    for (size_t i = 0; i < resolution->n_charts; i++) {
        add_subtree(resolution, i, 0, shown, out);
    }
    mem_free(shown);
    add_divisors(resolution, out);
    add_meetings(resolution, out);
    char lambda[64];
    rat_text(lambda, sizeof lambda, resolution->lambda);
    if (resolution->lambda.den) {
        text_addf(out, "lambda = %s, m = %ld\n", lambda, resolution->multiplicity);
    }
}
