/* The loss and its gradient at the points of a few chains: K, all the data, or a batch of them. */
#include "sgld_private.h"

#include <assert.h>

#include "cusp/mem.h"

/* Steps of a program times points: above it vector code is worth its overhead. */
enum { WORTH_A_CALL = 160 };

static void batch_init(struct sgld_loss *loss)
{
    const struct data *data = loss->source->data;
    size_t n = (size_t)loss->source->n;
    loss->order = mem_new(n, sizeof *loss->order);
    for (size_t i = 0; i < n; i++)
        loss->order[i] = (uint32_t)i;
    loss->columns = mem_new(data->n_columns, loss->batch * sizeof *loss->columns);
    loss->column_places = mem_new(data->n_columns, sizeof *loss->column_places);
    for (size_t c = 0; c < data->n_columns; c++)
        loss->column_places[c] = loss->columns + c * loss->batch;
    sgld_loss_draw(loss);
}

void sgld_loss_init(struct sgld_loss *loss, const struct sgld_source *source, size_t n_points,
                    size_t batch, struct rng rng)
{
    const struct model *model = source->model;
    size_t dim = model->dim;
    *loss = (struct sgld_loss){.source = source,
                               .space = program_space_new(),
                               .dim = dim,
                               .n_points = n_points,
                               .batch = source->data != NULL ? batch : 0,
                               .rng = rng};
    loss->by_point = source->data == NULL && model->kl_node != MODEL_NO_NODE &&
                     program_n_steps(model->kl_grad) * n_points < WORTH_A_CALL;
    loss->memory = mem_new(2 * dim + 1, sizeof *loss->memory);
    loss->point = loss->memory;
    loss->out = mem_new(dim + 1, sizeof *loss->out);
    loss->vars = mem_new(dim, sizeof *loss->vars);
    loss->steps = mem_new(dim, sizeof *loss->steps);
    for (size_t k = 0; k < dim; k++)
        loss->steps[k] = 1;
    if (loss->batch > 0)
        batch_init(loss);
}

void sgld_loss_done(struct sgld_loss *loss)
{
    program_space_free(loss->space);
    mem_free(loss->memory);
    mem_free(loss->out);
    mem_free(loss->vars);
    mem_free(loss->steps);
    mem_free(loss->order);
    mem_free(loss->columns);
    mem_free(loss->column_places);
}

/* Random bits by pieces of 21, more than any number of rows has. */
struct pieces {
    struct rng *rng;
    uint64_t bits;
    unsigned left;
};
enum { PIECE = 21, PIECES = 64 / PIECE };
static_assert(DATA_MAX_N < 1 << PIECE, "a row is one piece");

/* Uniform in 0..count − 1, without bias. Lemire 2019. */
static uint32_t below(struct pieces *pieces, uint32_t count)
{
    const uint64_t mask = ((uint64_t)1 << PIECE) - 1;
    for (;;) {
        if (pieces->left == 0) {
            pieces->bits = rng_bits(pieces->rng);
            pieces->left = PIECES;
        }
        uint64_t product = (pieces->bits & mask) * count, low = product & mask;
        pieces->bits >>= PIECE;
        pieces->left--;
        if (low >= count || low >= (mask + 1 - count) % count)
            return (uint32_t)(product >> PIECE);
    }
}

void sgld_loss_draw(struct sgld_loss *loss)
{
    const struct data *data = loss->source->data;
    size_t n = (size_t)loss->source->n;
    struct pieces pieces = {.rng = &loss->rng};
    for (size_t i = 0; i < loss->batch; i++) {
        size_t j = i + below(&pieces, (uint32_t)(n - i));
        uint32_t row = loss->order[j];
        loss->order[j] = loss->order[i];
        loss->order[i] = row;
    }
    for (size_t c = 0; c < data->n_columns; c++) {
        const double *from = data->column[c];
        double *to = loss->columns + c * loss->batch;
        for (size_t i = 0; i < loss->batch; i++)
            to[i] = from[loss->order[i]];
    }
}

static void eval_by_point(struct sgld_loss *loss, const double *w, double *value, double *gradient)
{
    size_t dim = loss->dim, n = loss->n_points;
    double *out = loss->point + dim;
    for (size_t i = 0; i < n; i++) {
        for (size_t k = 0; k < dim; k++)
            loss->point[k] = w[k * n + i];
        program_point(loss->source->model->kl_grad, loss->space, loss->point, out);
        value[i] = out[0];
        for (size_t k = 0; k < dim; k++)
            gradient[k * n + i] = out[1 + k];
    }
}

/* −(Σ ℓ + constant)/n and its gradient in place of Σ ℓ and its own. */
static void turn(const struct sgld_loss *loss, double constant, double n_obs, double *value,
                 double *gradient)
{
    for (size_t i = 0; i < loss->n_points; i++)
        value[i] = -(value[i] + constant) / n_obs;
    for (size_t i = 0; i < loss->dim * loss->n_points; i++)
        gradient[i] /= -n_obs;
}

void sgld_loss_eval(struct sgld_loss *loss, const double *w, double *value, double *gradient)
{
    const struct sgld_source *source = loss->source;
    const struct model *model = source->model;
    size_t dim = loss->dim, n = loss->n_points;
    loss->out[0] = value;
    for (size_t k = 0; k < dim; k++) {
        loss->vars[k] = w + k * n;
        loss->out[1 + k] = gradient + k * n;
    }
    if (loss->by_point) {
        eval_by_point(loss, w, value, gradient);
    } else if (source->data == NULL) {
        program_eval(model->kl_grad, loss->space, loss->vars, loss->steps, n, loss->out);
    } else if (loss->batch > 0) {
        struct rows rows = {
            .n = loss->batch, .n_columns = source->data->n_columns, .column = loss->column_places};
        program_sum(model->likelihood->log_lik_grad, loss->space, dim, loss->vars, n, &rows,
                    loss->out);
        turn(loss, 0, (double)loss->batch, value, gradient);
    } else {
        const struct data_rows *rows = source->rows;
        program_sum(rows->log_lik_grad, loss->space, dim, loss->vars, n, &rows->rows, loss->out);
        turn(loss, rows->constant, rows->n_obs, value, gradient);
    }
    double each = source->data == NULL ? 1 : loss->batch > 0 ? (double)loss->batch : source->n;
    loss->evaluations += each * (double)n;
    if (source->scale != 1) {
        for (size_t i = 0; i < n; i++)
            value[i] = source->scale * (value[i] - source->offset);
        for (size_t i = 0; i < dim * n; i++)
            gradient[i] *= source->scale;
    }
}
