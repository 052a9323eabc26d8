/* Observations drawn one by one from the truth, or taken from the model's file. */
#include "cusp/data.h"

#include <math.h>
#include <string.h>

#include "cusp/mem.h"

enum {
    BLOCK = 1024, /* observations between two looks at the request to stop */
    MAX_DRAW_COLUMNS = LIKELIHOOD_MAX_INPUTS + 1,
};

struct data *data_ref(struct data *data)
{
    atomic_fetch_add_explicit(&data->references, 1, memory_order_relaxed);
    return data;
}

void data_unref(struct data *data)
{
    if (data == NULL || atomic_fetch_sub_explicit(&data->references, 1, memory_order_acq_rel) != 1)
        return;
    for (size_t c = 0; c < data->n_columns; c++)
        mem_free(data->column[c]);
    mem_free(data->column);
    mem_free(data->log_truth);
    mem_free(data->file);
    mem_free(data->line);
    mem_free(data);
}

const struct data *model_data(const struct model *model)
{
    return model->file_data;
}

size_t data_limit(const struct model *model)
{
    if (model->likelihood == NULL)
        return 0;
    return model->file_data != NULL ? model->file_data->n : DATA_MAX_N;
}

static struct data *data_alloc(size_t n, size_t n_columns)
{
    struct data *data = mem_new(1, sizeof *data);
    data->n = n;
    data->n_columns = n_columns;
    data->column = mem_new(n_columns, sizeof *data->column);
    for (size_t c = 0; c < n_columns; c++)
        data->column[c] = mem_new(n, sizeof **data->column);
    atomic_init(&data->references, 1);
    return data;
}

static void copy_prefix(struct data *data, const struct data *from, size_t n)
{
    for (size_t c = 0; c < data->n_columns && n > 0; c++)
        memcpy(data->column[c], from->column[c], n * sizeof(double));
}

static struct data *file_prefix(struct data *file, size_t n)
{
    if (n == file->n)
        return data_ref(file);
    struct data *data = data_alloc(n, file->n_columns);
    copy_prefix(data, file, n);
    data->file = mem_copy_text(file->file, strlen(file->file));
    data->line = mem_new(n, sizeof *data->line);
    memcpy(data->line, file->line, n * sizeof *data->line);
    return data;
}

/* Observations begin .. n − 1. */
static enum status draw(const struct model *model, size_t begin, const struct cancel *cancel,
                        struct data *data)
{
    double columns[MAX_DRAW_COLUMNS];
    for (size_t i = begin; i < data->n; i++) {
        if (i % BLOCK == 0 && cancel_wanted(cancel))
            return ST_CANCELLED;
        struct rng rng = rng_stream(data->seed, i);
        enum status status = likelihood_draw(model, &rng, columns);
        if (status != ST_OK)
            return status;
        for (size_t c = 0; c < data->n_columns; c++)
            data->column[c][i] = columns[c];
    }
    return ST_OK;
}

/* The parameters stand in no truth; any value will do for them. False if one is not finite: counts
   beyond all digits. */
static bool find_log_truth(const struct model *model, size_t begin, struct data *data)
{
    size_t dim = model->dim, n = data->n - begin;
    if (n == 0)
        return true;
    double rest[SYNTAX_MAX_PARAMS], *out = data->log_truth + begin;
    const double *vars[SYNTAX_MAX_PARAMS + MAX_DRAW_COLUMNS];
    int step[SYNTAX_MAX_PARAMS + MAX_DRAW_COLUMNS];
    for (size_t v = 0; v < dim; v++) {
        rest[v] = model->params[v].low;
        vars[v] = &rest[v];
        step[v] = 0;
    }
    for (size_t c = 0; c < data->n_columns; c++) {
        vars[dim + c] = data->column[c] + begin;
        step[dim + c] = 1;
    }
    struct program_space *space = program_space_new();
    program_eval(model->likelihood->truth_log_lik, space, vars, step, n, &out);
    program_space_free(space);
    bool finite = true;
    for (size_t i = 0; i < n && finite; i++)
        finite = isfinite(out[i]);
    return finite;
}

enum status data_new(const struct model *model, uint64_t seed, size_t n, const struct data *from,
                     const struct cancel *cancel, struct data **out)
{
    *out = NULL;
    if (n > data_limit(model))
        return ST_DOMAIN;
    if (model->file_data != NULL) {
        *out = file_prefix(model->file_data, n);
        return ST_OK;
    }
    struct data *data = data_alloc(n, model->likelihood->n_inputs + 1);
    size_t kept = 0;
    data->seed = seed;
    data->log_truth = mem_new(n, sizeof *data->log_truth);
    if (from != NULL) {
        kept = from->n < n ? from->n : n;
        copy_prefix(data, from, kept);
        memcpy(data->log_truth, from->log_truth, kept * sizeof *data->log_truth);
    }
    enum status status = draw(model, kept, cancel, data);
    if (status == ST_OK && !find_log_truth(model, kept, data))
        status = ST_DOMAIN;
    if (status != ST_OK) {
        data_unref(data);
        return status;
    }
    *out = data;
    return ST_OK;
}

double data_entropy(const struct data *data, size_t n)
{
    double sum = 0, rest = 0;
    if (data->log_truth == NULL || n == 0 || n > data->n)
        return NAN;
    for (size_t i = 0; i < n; i++) {
        double term = data->log_truth[i] - rest, total = sum + term;
        rest = (total - sum) - term;
        sum = total;
    }
    return -sum / (double)n;
}
