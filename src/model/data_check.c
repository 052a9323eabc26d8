/* Rows of a data file that no parameter explains. */
#include <math.h>

#include "data_file.h"

#include "cusp/mem.h"
#include "cusp/text.h"
#include "model_parts.h"

enum { N_TRIED = 64, BLOCK = 1024 };

struct checker {
    const struct model *model;
    struct program_space *space;
    uint32_t *left; /* [n_left]: rows impossible so far, one of each kind */
    size_t n_left;
};

/* Keeps the rows that are impossible at w too. */
static void try_point(struct checker *c, const double *w)
{
    const struct data *data = c->model->file_data;
    size_t dim = c->model->dim, kept = 0;
    const double *vars[SYNTAX_MAX_PARAMS + LIKELIHOOD_MAX_INPUTS + 1];
    int step[SYNTAX_MAX_PARAMS + LIKELIHOOD_MAX_INPUTS + 1];
    double *block = mem_new((data->n_columns + 1) * BLOCK, sizeof *block);
    double *out = block + data->n_columns * BLOCK;
    for (size_t v = 0; v < dim; v++) {
        vars[v] = &w[v];
        step[v] = 0;
    }
    for (size_t k = 0; k < data->n_columns; k++) {
        vars[dim + k] = block + k * BLOCK;
        step[dim + k] = 1;
    }
    for (size_t begin = 0; begin < c->n_left; begin += BLOCK) {
        size_t n = c->n_left - begin < BLOCK ? c->n_left - begin : BLOCK;
        for (size_t k = 0; k < data->n_columns; k++)
            for (size_t i = 0; i < n; i++)
                block[k * BLOCK + i] = data->column[k][c->left[begin + i]];
        program_eval(c->model->likelihood->log_lik, c->space, vars, step, n, &out);
        const double *y = block + (data->n_columns - 1) * BLOCK;
        for (size_t i = 0; i < n; i++) {
            /* densities of counts take them to be whole */
            bool whole = !c->model->likelihood->discrete || y[i] == rint(y[i]);
            if (!whole || !(out[i] > -INFINITY))
                c->left[kept++] = c->left[begin + i];
        }
    }
    c->n_left = kept;
    mem_free(block);
}

/* "x = 2, y = 0.5 has probability 0 …" */
static void say(const struct model *model, size_t row, struct diags *diags)
{
    const struct data *data = model->file_data;
    const struct likelihood *likelihood = model->likelihood;
    struct text message;
    char number[40];
    text_init(&message);
    for (size_t k = 0; k < data->n_columns && k < 4; k++) {
        text_number(number, sizeof number, data->column[k][row], 6);
        text_addf(&message, "%s%s = %s", k > 0 ? ", " : "",
                  k < likelihood->n_inputs ? likelihood->input_names[k] : likelihood->output_name,
                  number);
    }
    text_add(&message, " is impossible under the output at every parameter that was tried");
    size_t before = diags->count;
    diags_add_file(diags, SEV_ERROR, data->file, "%s", text_get(&message));
    if (diags->count > before) {
        diags->items[before].line = data->line[row];
        diags->items[before].column = 1;
    }
    text_done(&message);
}

enum status data_check_file(const struct model *model, struct diags *diags)
{
    struct checker c = {.model = model};
    if (model->file_data == NULL)
        return ST_OK;
    const struct data *data = model->file_data;
    double *count = mem_new(data->n, sizeof *count);
    c.left = mem_new(data->n, sizeof *c.left);
    c.space = program_space_new();
    c.n_left = data_kinds(data, data->n_columns, data->n, c.left, count);
    mem_free(count);
    for (size_t t = 0; t < N_TRIED && c.n_left > 0; t++) {
        double w[SYNTAX_MAX_PARAMS];
        probe_point(model, probe_n_plain(model->dim) + t, w);
        try_point(&c, w);
    }
    for (size_t i = 0; i < c.n_left && i < DATA_FILE_MAX_FAULTS; i++)
        say(model, c.left[i], diags);
    bool fine = c.n_left == 0;
    program_space_free(c.space);
    mem_free(c.left);
    return fine ? ST_OK : ST_INPUT;
}
