/* Settings of SGLD that suit a model, where none are given. */
#include "sgld_choice.h"

#include <math.h>
#include <stdio.h>

#include "../estimators.h"

enum {
    CHAINS = 4,
    MOST_DRAWS = 40000,
    LEAST_DRAWS = 500,
    WORTH_ALL_DATA = 2000, /* draws that all the data must allow, or batches are taken */
    LEAST_BATCH = 100,
    MOST_BATCH = 500,
    LEAST_PILOT = 200,
    MOST_PILOT = 2000,
    MOST_HALVINGS = 30,
};

#define FIELD_GAMMA 100
/* Of a Metropolis test of the steps. At 0.97 their own error is still a tenth of λ̂, at 0.995 a
   fortieth. */
#define ACCEPTANCE 0.995
#define FIRST_STEP 1e-2 /* of the square of the box's scale */
/* What a run may cost in nanoseconds, and what its parts do. */
#define BUDGET 4e8
#define NS_A_STEP 60
#define NS_A_NORMAL 25
#define NS_AN_OPERATION 1

/* Half of the least side. */
static double box_scale(const struct model *model)
{
    double least = INFINITY;
    for (size_t k = 0; k < model->dim; k++)
        least = fmin(least, (model->params[k].high - model->params[k].low) / 2);
    return least;
}

double sgld_choose_gamma(const struct estimator_setup *setup)
{
    double given = setup->sgld.gamma;
    if (given > 0)
        return given;
    if (setup->sgld.step > 0)
        return given >= 0 ? given : FIELD_GAMMA;
    if (setup->model->log_prior == NULL)
        return 0;
    double spread = box_scale(setup->model) / 2;
    return 1 / (spread * spread);
}

/* Nanoseconds of one step of one chain on so many of the observations; 0: on all. */
static double cost_of(const struct model *model, const struct data_rows *rows, size_t batch)
{
    double each = NS_A_STEP + NS_A_NORMAL * (double)model->dim;
    if (rows == NULL && model->kl_node != MODEL_NO_NODE)
        return each + NS_AN_OPERATION * (double)program_n_steps(model->kl_grad);
    if (rows == NULL)
        return each + NS_AN_OPERATION * (double)program_n_steps(model->kl_grad) *
                          (double)model->likelihood->population.n;
    if (batch > 0)
        return each + NS_AN_OPERATION * (double)batch *
                          (double)(program_n_steps(model->likelihood->log_lik_grad) + 1);
    return each +
           NS_AN_OPERATION * (double)program_n_steps(rows->log_lik_grad) * (double)rows->rows.n;
}

/* Draws of each chain that the budget allows beside their burn-in and the pilots. */
static double draws_for(double cost, size_t chains)
{
    return BUDGET / (cost * (double)chains * 1.5);
}

static void choose_size(const struct estimator_setup *setup, const struct data_rows *rows,
                        struct sgld_options *options)
{
    const struct model *model = setup->model;
    options->chains = options->chains > 0 ? options->chains : CHAINS;
    double draws = draws_for(cost_of(model, rows, options->batch), options->chains);
    if (rows != NULL && options->batch == 0 && draws < WORTH_ALL_DATA &&
        setup->n > 2 * LEAST_BATCH) {
        options->batch = setup->n / 4 < MOST_BATCH ? (size_t)(setup->n / 4) : MOST_BATCH;
        options->batch = options->batch > LEAST_BATCH ? options->batch : LEAST_BATCH;
        draws = draws_for(cost_of(model, rows, options->batch), options->chains);
    }
    if (options->draws == 0)
        options->draws = (size_t)fmax(LEAST_DRAWS, fmin(draws, MOST_DRAWS));
    if (options->burn_in == 0)
        options->burn_in = options->draws / 10;
}

/* The largest step whose short run is accepted. */
static enum status choose_step(const struct estimator_setup *setup, const struct cancel *cancel,
                               struct sgld_options *options)
{
    double scale = box_scale(setup->model);
    struct sgld_options pilot = *options;
    size_t length = options->draws / 20;
    pilot.draws = length < LEAST_PILOT ? LEAST_PILOT : length > MOST_PILOT ? MOST_PILOT : length;
    pilot.burn_in = pilot.draws / 2;
    pilot.step = FIRST_STEP * scale * scale;
    for (size_t i = 0; i < MOST_HALVINGS; i++, pilot.step /= 2) {
        struct sgld_run run;
        enum status status = sgld_run(setup->model, setup->data, setup->n, estimator_point(setup),
                                      &pilot, setup->threads, cancel, &run);
        double acceptance = status == ST_OK && run.n_broken == 0 ? run.acceptance : 0;
        sgld_done(&run);
        if (status != ST_OK && status != ST_UNABLE)
            return status;
        if (acceptance >= ACCEPTANCE)
            break;
    }
    options->step = pilot.step;
    return ST_OK;
}

enum status sgld_choose(const struct estimator_setup *setup, const struct cancel *cancel,
                        struct sgld_options *options, char *words, size_t size)
{
    struct data_rows rows = {0};
    char batch[40] = "", pull[40] = "walls in place of a pull";
    *options = setup->sgld;
    options->seed = options->seed != 0 ? options->seed : setup->seed;
    options->gamma = sgld_choose_gamma(setup);
    words[0] = '\0';
    if (options->step > 0)
        return ST_OK;
    options->walls = !options->clamp;
    if (setup->data != NULL) {
        enum status status = data_reduce(setup->model, setup->data, (size_t)setup->n, &rows);
        if (status != ST_OK)
            return status;
    }
    choose_size(setup, setup->data != NULL ? &rows : NULL, options);
    data_rows_done(&rows);
    enum status status = choose_step(setup, cancel, options);
    if (options->batch > 0)
        snprintf(batch, sizeof batch, " on batches of %zu", options->batch);
    if (options->gamma > 0)
        snprintf(pull, sizeof pull, "γ = %.3g and walls", options->gamma);
    snprintf(words, size, "chosen: ε = %.3g, %s, %zu × %zu draws after %zu%s", options->step, pull,
             options->chains, options->draws, options->burn_in, batch);
    return status;
}
