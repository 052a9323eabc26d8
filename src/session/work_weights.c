/* A network's effective weights over the posterior, and the symmetries of its zeros by name. */
#include <math.h>

#include "cusp/mem.h"
#include "cusp/network.h"
#include "work.h"

/* A label takes a projection on W0: only every so many particles get one. */
enum { SHOWN = 256, LABEL_EVERY = 4 };
/* A particle whose K is within this many times that of a regular posterior, and this share of K's
   scale, is labelled as the zero of K that is nearest. */
#define TRUE_FACTOR 3.0
#define TRUE_MOST 1e-2

struct networks {
    struct network network, truth;
    bool has_truth;
};

static bool networks_of(const struct model *model, struct networks *out)
{
    *out = (struct networks){0};
    if (!model->likelihood || !network_of(model, &out->network)) {
        return false;
    }
    out->has_truth = model->likelihood->has_truth && network_of_truth(model, &out->truth);
    return true;
}

static void networks_done(struct networks *networks)
{
    network_done(&networks->network);
    if (networks->has_truth) {
        network_done(&networks->truth);
    }
}

void network_kinds(const struct model *model, bool *is_network, bool *truth_is_network)
{
    struct networks networks;
    *is_network = networks_of(model, &networks);
    *truth_is_network = *is_network && networks.has_truth;
    if (*is_network) {
        networks_done(&networks);
    }
}

enum network_label *zero_labels_new(const struct model *model, const struct zero_set *zeros)
{
    struct networks networks;
    enum network_label *labels = NULL;
    if (!networks_of(model, &networks)) {
        return NULL;
    }
    if (networks.has_truth) {
        size_t count = 0, at = 0;
        for (size_t i = 0; i < zeros->n_components; i++) {
            count += zeros->components[i].n_points;
        }
        labels = mem_new(count + 1, sizeof *labels);
        for (size_t i = 0; i < zeros->n_components; i++) {
            const struct zero_component *part = &zeros->components[i];
            for (size_t k = 0; k < part->n_points; k++) {
                labels[at++] = network_label(model, &networks.network, &networks.truth,
                                             part->points + k * zeros->dim);
            }
        }
    }
    networks_done(&networks);
    return labels;
}

static void effective(const struct network *network, const double *w, size_t unit, double *x,
                      double *y)
{
    double out[LIKELIHOOD_MAX_INPUTS + 1] = {0};
    network_effective(network, w, unit, out);
    *x = out[0];
    *y = out[1];
}

static void add_truth(const struct networks *networks, struct weights *weights)
{
    const double none[SYNTAX_MAX_PARAMS] = {0};
    weights->n_truth = networks->has_truth ? networks->truth.n_units : 0;
    weights->truth_x = mem_new(weights->n_truth + 1, sizeof(double));
    weights->truth_y = mem_new(weights->n_truth + 1, sizeof(double));
    for (size_t k = 0; k < weights->n_truth; k++) {
        effective(&networks->truth, none, k, &weights->truth_x[k], &weights->truth_y[k]);
    }
}

/* Of the zero of K nearest to w. */
static enum network_label label_near(const struct work *work, const struct networks *networks,
                                     struct program_space *space, const double *w)
{
    const struct model *model = work->request.model;
    double typical =
        TRUE_FACTOR * 0.5 * (double)model->dim / (work->request.n * work->request.beta);
    double kl, zero[SYNTAX_MAX_PARAMS];
    program_point(model->kl, space, w, &kl);
    if (!networks->has_truth || !(kl <= fmin(typical, TRUE_MOST * model->kl_scale)) ||
        zeros_project(model, w, zero) != ST_OK) {
        return LABEL_NOT_TRUE;
    }
    return network_label(model, &networks->network, &networks->truth, zero);
}

static struct weights *weights_new(const struct work *work, const struct networks *networks,
                                   const struct draws *draws)
{
    const struct network *network = &networks->network;
    size_t units = network->n_units, shown = draws->n < SHOWN ? draws->n : SHOWN;
    struct weights *weights = mem_new(1, sizeof *weights);
    struct program_space *space = program_space_new();
    bool one = network->n_inputs == 1;
    weights->n = work->request.n;
    weights->n_points = units * shown;
    weights->n_units = units;
    weights->label_every = work->request.coarse ? 0 : LABEL_EVERY;
    weights->x = mem_new(weights->n_points + 1, sizeof(double));
    weights->y = mem_new(weights->n_points + 1, sizeof(double));
    weights->label = mem_new(weights->n_points + 1, sizeof *weights->label);
    weights->x_name = one ? "|q| w" : "|q| w1";
    weights->y_name = one ? "|q| b" : "|q| w2";
    for (size_t i = 0; i < shown && !cancel_wanted(&work->job.cancel); i++) {
        double w[SYNTAX_MAX_PARAMS];
        for (size_t v = 0; v < draws->dim; v++) {
            w[v] = draws->w[v * draws->n + i * draws->n / shown];
        }
        bool labelled = !work->request.coarse && i % LABEL_EVERY == 0;
        enum network_label label = labelled ? label_near(work, networks, space, w) : LABEL_NOT_TRUE;
        for (size_t k = 0; k < units; k++) {
            size_t at = i * units + k;
            effective(network, w, k, &weights->x[at], &weights->y[at]);
            weights->label[at] = label;
        }
    }
    program_space_free(space);
    add_truth(networks, weights);
    return weights;
}

void run_weights(struct work *work)
{
    struct networks networks;
    struct draws draws = {0};
    if (!networks_of(work->request.model, &networks)) {
        work->status = ST_OK; /* no network: there is nothing to show */
        return;
    }
    work->status = draws_of(work, &draws);
    if (work->status == ST_OK) {
        work->weights = weights_new(work, &networks, &draws);
        if (cancel_wanted(&work->job.cancel)) {
            work->status = ST_CANCELLED;
        }
    }
    draws_done(&draws);
    networks_done(&networks);
}

void weights_free(struct weights *weights)
{
    if (weights) {
        mem_free(weights->x);
        mem_free(weights->y);
        mem_free(weights->label);
        mem_free(weights->truth_x);
        mem_free(weights->truth_y);
        mem_free(weights);
    }
}
