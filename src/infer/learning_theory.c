/* The kinds of learning curve: names, and what theory says of each. */
#include <math.h>

#include "cusp/learning.h"

static const struct {
    const char *name, *title, *symbol;
} kinds[LEARN_KINDS] = {
    [LEARN_FREE_ENERGY] = {"free_energy", "free energy", "F_n − nβS_n"},
    [LEARN_GEN_LOSS] = {"gen_loss", "Bayes generalisation loss", "G_n − S"},
    [LEARN_TRAIN_LOSS] = {"train_loss", "Bayes training loss", "T_n − S_n"},
    [LEARN_GIBBS_GEN] = {"gibbs_gen", "Gibbs generalisation loss", "E_w[K]"},
    [LEARN_GIBBS_TRAIN] = {"gibbs_train", "Gibbs training loss", "E_w[L_n] − S_n"},
    [LEARN_WAIC] = {"waic", "WAIC", "WAIC − S_n"},
    [LEARN_WBIC] = {"wbic", "WBIC", "WBIC − nS_n"},
    [LEARN_LOO] = {"loo", "leave-one-out cross validation", "LOO − S_n"},
    [LEARN_VARIANCE] = {"functional_variance", "functional variance", "V_n"},
    [LEARN_FLUCTUATION] = {"singular_fluctuation", "singular fluctuation", "ν = βV_n/2"},
    [LEARN_SLOPE] = {"slope", "running slope", "nβ(E_w[L_n] − S_n)"},
};

const char *learning_name(enum learning_kind kind)
{
    return kinds[kind].name;
}

const char *learning_title(enum learning_kind kind)
{
    return kinds[kind].title;
}

const char *learning_symbol(enum learning_kind kind)
{
    return kinds[kind].symbol;
}

double learning_theory(enum learning_kind kind, double n, double beta, double rlct,
                       double multiplicity, double fluctuation)
{
    double bayes = (rlct - fluctuation) / beta, gibbs = rlct / beta;
    switch (kind) {
    case LEARN_FREE_ENERGY:
        return rlct * log(n * beta) -
               (multiplicity > 1 ? (multiplicity - 1) * log(log(n * beta)) : 0);
    case LEARN_WBIC:
        return rlct * log(n);
    case LEARN_GEN_LOSS:
    case LEARN_WAIC:
    case LEARN_LOO:
        return (bayes + fluctuation) / n;
    case LEARN_TRAIN_LOSS:
        return (bayes - fluctuation) / n;
    case LEARN_GIBBS_GEN:
        return (gibbs + fluctuation) / n;
    case LEARN_GIBBS_TRAIN:
        return (gibbs - fluctuation) / n;
    case LEARN_VARIANCE:
        return 2 * fluctuation / beta;
    case LEARN_FLUCTUATION:
        return fluctuation;
    case LEARN_SLOPE:
        return rlct - beta * fluctuation;
    case LEARN_KINDS:
        break;
    }
    return NAN;
}
