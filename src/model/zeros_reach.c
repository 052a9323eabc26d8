/* The zero of K that is nearest to a point. */
#include <math.h>
#include <string.h>

#include "cusp/mem.h"
#include "model_parts.h"
#include "zeros_many.h"

enum {
    SLIDES = 24, /* steps towards the nearest zero */
};

#define SLIDE_SHORTEST 1e-6

bool many_is_zero(const struct many *many, struct program_space *space, const double *w,
                  double size, double kl)
{
    double width;
    if (fabs(kl) <= many->model->kl_tolerance)
        return true;
    return size <= MANY_SOLVED && descend_is_rounding_zero(many->model, space, w, &width);
}

static bool reach(const struct many *many, struct many_space *space, struct program_space *program,
                  double *w)
{
    double size, kl;
    many_project(many, space, 1, w, &size, 0);
    many_kl(many, space, 1, w, &kl);
    return many_is_zero(many, program, w, size, kl);
}

enum status zeros_many_project(const struct model *model, const double *w, double *out)
{
    struct many many;
    many_init(&many, model, NULL);
    struct many_space *space = many_space_new(&many);
    struct program_space *program = program_space_new();
    size_t d = model->dim;
    memcpy(out, w, d * sizeof *out);
    bool good = reach(&many, space, program, out);
    double share = 1;
    for (int i = 0; good && i < SLIDES && share > SLIDE_SHORTEST; i++) {
        double next[SYNTAX_MAX_PARAMS];
        for (size_t v = 0; v < d; v++)
            next[v] = out[v] + share * (w[v] - out[v]);
        if (reach(&many, space, program, next) &&
            many_distance(&many, next, w) < many_distance(&many, out, w))
            memcpy(out, next, d * sizeof *next);
        else
            share /= 2;
    }
    program_space_free(program);
    many_space_free(space);
    many_done(&many);
    return good ? ST_OK : ST_UNABLE;
}
