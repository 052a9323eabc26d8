/* The landscape: K on the cells of a plane, and the rank of its Hessian there if asked for. */
#include <math.h>

#include "cusp/mem.h"
#include "work.h"

/* Seconds a step of a program takes at a point, generously. */
#define STEP_SECONDS 3e-9
/* A cancelled landscape ends within about so long. */
#define BAND_SECONDS 10e-3
/* Seconds a rank takes at a point, for each entry of the Hessian. */
#define RANK_SECONDS 5e-7

double model_point_cost(const struct model *model)
{
    double rows = 1; /* where K is a sum that is not written out */
    if (model->kl_node == MODEL_NO_NODE && model->likelihood) {
        rows = fmax((double)model->likelihood->population.n, 1);
        if (!model->likelihood->has_truth && model->file_data) {
            rows = fmax(rows, (double)model->file_data->n);
        }
    }
    return STEP_SECONDS * rows * (double)(program_n_steps(model->kl) + 1);
}

double landscape_cost(const struct request *request)
{
    double points = (double)request->nx * (double)request->ny;
    double dim = (double)request->model->dim, point = model_point_cost(request->model);
    return points * (point + (request->rank ? dim * dim * (RANK_SECONDS + point) : 0));
}

static double *centres_new(double low, double high, size_t cells)
{
    double *centres = mem_new(cells, sizeof *centres);
    for (size_t i = 0; i < cells; i++) {
        centres[i] = low + (high - low) * ((double)i + 0.5) / (double)cells;
    }
    return centres;
}

static void landscape_range(struct landscape *landscape)
{
    landscape->kl_low = INFINITY;
    landscape->kl_high = -INFINITY;
    for (size_t i = 0; i < landscape->nx * landscape->ny; i++) {
        double kl = landscape->kl[i];
        if (!isfinite(kl)) {
            continue;
        }
        if (kl > 0 && kl < landscape->kl_low) {
            landscape->kl_low = kl;
        }
        if (kl > landscape->kl_high) {
            landscape->kl_high = kl;
        }
    }
    if (!isfinite(landscape->kl_low)) {
        landscape->kl_low = 0;
    }
    if (!isfinite(landscape->kl_high)) {
        landscape->kl_high = 0;
    }
}

struct landscape *landscape_new(const struct request *request, const struct cancel *cancel)
{
    const struct model *model = request->model;
    size_t nx = request->nx, ny = request->ny;
    struct landscape *landscape = mem_new(1, sizeof *landscape);
    for (size_t i = 0; i < 2; i++) {
        landscape->axes[i] = request->axes[i];
        landscape->low[i] = request->low[i];
        landscape->high[i] = request->high[i];
    }
    landscape->nx = nx;
    landscape->ny = ny;
    landscape->coarse = request->coarse;
    landscape->kl = mem_new(nx * ny, sizeof *landscape->kl);
    double *x = centres_new(request->low[0], request->high[0], nx);
    double *y = centres_new(request->low[1], request->high[1], ny);
    struct program_space *space = program_space_new();
    if (request->axes[0] == request->axes[1]) {
        const double *vars[SYNTAX_MAX_PARAMS];
        int step[SYNTAX_MAX_PARAMS];
        for (size_t i = 0; i < model->dim; i++) {
            bool own = i == request->axes[0];
            vars[i] = own ? x : &request->rest[i];
            step[i] = own;
        }
        program_eval(model->kl, space, vars, step, nx, &landscape->kl);
    } else { /* in bands, so that dear ones can be cancelled */
        double line = model_point_cost(model) * (double)nx;
        size_t band = line * (double)ny > BAND_SECONDS ? (size_t)(BAND_SECONDS / line) + 1 : ny;
        for (size_t at = 0; at < ny && !cancel_wanted(cancel); at += band) {
            double *out = landscape->kl + at * nx;
            program_eval_grid(model->kl, space, request->axes[0], request->axes[1], request->rest,
                              x, nx, y + at, ny - at < band ? ny - at : band, &out);
        }
    }
    program_space_free(space);
    landscape_range(landscape);
    if (request->rank) {
        landscape->rank = mem_new(nx * ny, sizeof *landscape->rank);
        fisher_rank_map(model, request->axes[0], request->axes[1], request->rest, x, nx, y, ny,
                        cancel, landscape->rank);
    }
    mem_free(x);
    mem_free(y);
    return landscape;
}

void landscape_free(struct landscape *landscape)
{
    if (landscape) {
        mem_free(landscape->kl);
        mem_free(landscape->rank);
        mem_free(landscape);
    }
}
