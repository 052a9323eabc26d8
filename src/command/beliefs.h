/* The posterior that a command reports on: by integration where that can be had, else by particles.
 */
#ifndef CUSP_BELIEFS_H
#define CUSP_BELIEFS_H

#include "cusp/integral.h"
#include "cusp/particles.h"
#include "cusp/sampler.h"
#include "command_private.h"

enum method { METHOD_AUTO, METHOD_INTEGRAL, METHOD_PARTICLES };

/* Options of every command that asks for a posterior; without the closing row. */
#define BELIEF_OPTIONS                                                                        \
    {"beta", "B", OPTION_NUMBER, "1", "inverse temperature", COMPLETE_NONE},                  \
        {"population",                                                                        \
         NULL,                                                                                \
         OPTION_FLAG,                                                                         \
         NULL,                                                                                \
         "weigh by exp(-n K), the mean over all data, in place of data",                      \
         COMPLETE_NONE},                                                                      \
        {"method", "M", OPTION_TEXT, "auto", "auto, integral or particles", COMPLETE_NONE},   \
        {"particles", "P", OPTION_COUNT, "2048", "how many particles", COMPLETE_NONE},        \
        {"islands", "I", OPTION_COUNT, "8", "independent runs that they are", COMPLETE_NONE}, \
    {                                                                                         \
        "sampler", "NAME", OPTION_TEXT, "hmc", "what moves the particles", COMPLETE_NONE      \
    }

/* What the options ask for, and what is kept from one n to the next. */
struct beliefs {
    const struct model *model;
    struct command_context *context;
    bool on_data; /* of data; false: exp(−nK) */
    double beta;
    enum method method;
    uint64_t data_seed;
    struct particles_options particles;
    struct data *data;      /* the longest so far */
    struct particles *at;   /* the cloud at the last step of the ladder */
    double ladder[512];     /* for particles: where they stop on the way */
    size_t n_ladder, step;  /* of the next stop */
    struct integral *whole; /* of exp(−nK), for all n */
    double n_min, n_max;
};

/* The posterior at one n. One of integral and particles is there; borrowed from beliefs or own. */
struct belief {
    double n, beta;
    const struct integral *integral;
    struct particles *particles;
    double log_scale;    /* to be added to the integral's log Z */
    double n_entropy;    /* n S_n of the data, nats; NaN without truth; 0 without data */
    struct model *model; /* that the integral is of, a reference */
    struct integral *own;
};

/* Reads the options; n: all that will be asked for, ascending or not. EXIT_OK or a code. */
int beliefs_start(struct command_context *context, const struct args *args,
                  const struct model *model, const double *n, size_t count, struct beliefs *out);
void beliefs_done(struct beliefs *beliefs);

/* The posterior at n, which must not be less than that asked before. */
int beliefs_at(struct beliefs *beliefs, double n, struct belief *out);
void belief_done(struct belief *belief);
const char *belief_method(const struct belief *belief); /* "integration", "particles" */

/* log Z, F and E[−ℓ] − n S_n (without truth: above the least −ℓ) with errors, in terms of what was
 * asked for. */
int belief_evidence(const struct beliefs *beliefs, const struct belief *belief,
                    struct evidence *out);

/* n is beyond the data, or beyond what integrals go to. */
void sample_size_fault(struct command_context *context, const struct model *model, bool on_data,
                       double n);

/* What --n asks for, ascending and within what data there are: n[count]; rounded to observations
   where data are meant. preset: when it asks for nothing and data are meant. */
int sample_sizes(struct command_context *context, const struct args *args,
                 const struct model *model, struct arena *arena, const char *preset, double **n,
                 size_t *count);

#endif
