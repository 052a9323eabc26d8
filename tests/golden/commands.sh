#!/bin/sh
# What each command says and how it ends.
. "$(dirname "$0")/tap.sh"

expect 0 out '^name  *title  *kind' list
expect 0 out '^cusp,.*,potential,2,5/12,1$' list --csv
expect 0 out '"rlct": "5/12"' list --json
expect 0 out '^formula  *K = ½ w1² w2²$' info normal-crossing
expect 0 out 'learning coefficient λ = 1/2, multiplicity m = 2' info normal-crossing
expect 0 out '"kind": "potential"' info normal-crossing --json
expect 0 out '^w1,-2,2$' info normal-crossing --csv
expect 0 out 'inline' info -e 'param a, b in [-1, 1]; potential K = (a - b^2)^2'
expect 0 out 'K = w²' info -e 'K = w^2'
expect 0 out 'eps = 0.0025' info nearly-singular --set eps=0.0025
expect 0 out 'no errors' check models/*.model
expect 0 out '"diagnostics": \[\]' check models/cusp.model --json

printf 'param w in [-1, 1]\npotential K = w^2 + ww\nview q\n' >"$scratch/bad.model"
expect 1 err 'bad.model:2:.*error' check "$scratch/bad.model"
expect 1 err 'bad.model:3:.*error' check "$scratch/bad.model"
expect 1 out '"line": 2' check "$scratch/bad.model" --json
expect 1 err '\^' info "$scratch/bad.model"

expect 0 out 'closed curve of dimension 1' zeros circle
expect 0 out 'the least K found is' zeros no-zero
expect 0 out '"residual_max"' zeros line-and-dot --json
expect 0 out '^component,dimension,w1,w2,rank,singular$' zeros circle --points 12 --csv
awk -F, 'NR > 1 { r = $3 * $3 + $4 * $4; if (r < 1 - 1e-9 || r > 1 + 1e-9) bad = 1; n++ }
         END { exit bad || n < 12 || n > 40 }' "$scratch/out"
result $? 'the points lie on the circle, about as many as asked for'

expect 0 out '^rank  *1 of 2' fisher normal-crossing --at w1=0.5,w2=0
expect 0 out '^rank  *0 of 2' fisher normal-crossing
expect 0 out '"class": ' fisher normal-crossing --at w1=0.5,w2=0 --json
expect 0 out '^0.25,' fisher normal-crossing --at w1=0.5,w2=0 --csv

expect 0 out '^ *n  *log_z  *free_energy  *mean_nk  *error$' evidence quartic
# K = x² y² on [-1,1]², prior 1/4: the closed form
run evidence -e 'param x, y in [-1, 1]; potential K = x^2*y^2' --n 1e2,1e4,1e8,1e12 --csv
awk -F, '
    BEGIN { z[2] = 1.1642682537143; z[3] = 0.19805134167373; z[4] = 0.00361300374278327
            z[5] = 5.24549406882924e-5 }
    NR > 1 { d = $2 - log(z[NR] / 4); if (d < 0) d = -d; if (d > 1e-6 || d > $5 + 1e-12) bad = 1
             if ($3 + $2 > 1e-9 || $3 + $2 < -1e-9) bad = 1; n++ }
    END { exit bad || n != 4 }' "$scratch/out"
result $? 'evidence of x² y² is that of the closed form, within the error it states'
expect 0 out '"mean_nk": ' evidence cusp --n 1e3 --json

# w² on [-1, 1]: V(ε) = √ε
run volume -e 'param w in [-1, 1]; potential K = w^2' --eps 1e-8..1e-2 --csv
awk -F, 'NR > 1 { d = $2 - sqrt($1); if (d < 0) d = -d; if (d > 1e-4 * sqrt($1)) bad = 1; n++ }
         END { exit bad || n != 7 }' "$scratch/out"
result $? 'volume of {w² < ε} is √ε'
expect 0 out '"volume": ' volume circle --eps 0.01 --json

# normal with variance 1/(2n)
run posterior -e 'param w in [-1, 1]; potential K = (w - 0.25)^2' --n 5000 --json
near "$(awk -F': *|,' '/"mean"/ { print $2 }' "$scratch/out")" 0.25 1e-7 'posterior mean'
near "$(awk -F': *|,' '/"sd"/ { print $2 }' "$scratch/out")" 0.01 1e-7 'posterior spread'
expect 0 out '^w1,w2$' posterior circle --draws 7 --csv
[ "$(wc -l <"$scratch/out")" -eq 8 ]
result $? 'as many draws as asked for'
cp "$scratch/out" "$scratch/first"
run posterior circle --draws 7 --csv --threads 2
cmp -s "$scratch/out" "$scratch/first"
result $? 'the same seed, the same draws'
run posterior circle --draws 7 --csv --seed 2
! cmp -s "$scratch/out" "$scratch/first"
result $? 'another seed, other draws'

# two wells at n = 10: the free energies of the text
run phases second-order --n 10 --knob theta --steps 6 --csv
awk -F, 'BEGIN { split("3.334 2.816 2.109 1.711 1.504 1.408", a, " "); split("1.713 1.624 1.540 1.471 1.424 1.408", b, " ") }
         NR > 1 { i = int((NR - 2) / 2) + 1; want = (NR % 2 == 0) ? a[i] : b[i]
                  d = $4 - want; if (d > 6e-4 || d < -6e-4) bad = 1; n++ }
         END { exit bad || n != 12 }' "$scratch/out"
result $? 'phases of second-order at n = 10 along theta'
expect 1 err 'names no regions' phases circle

expect 0 out '^version' doctor
expect 0 out '"instructions"' doctor --json
expect 0 out '  evidence ' help
expect 0 out '--n N' help evidence
expect 0 out '--points N' zeros --help
expect 0 out '^\.TH CUSP 1' help --man
expect 2 err "did you mean 'evidence'" help evidnce
expect 0 out 'cusp COMMAND' --help
expect 0 out '^version' --version

expect 2 err 'needs a terminal; `cusp frame MODEL`'
expect 2 err 'needs a terminal' normal-crossing
expect 2 err "did you mean 'evidence'" evidnce circle
expect 1 err "did you mean 'circle'" cricle
expect 2 err "did you mean '--points'" zeros circle --point 3
expect 2 err 'belongs to the explorer' undo

# ---- statistical models ----
expect 0 out '^product-regression,.*,regression,2,1/2,2$' list --csv
expect 0 out '^coin,One coin,density,1,1/2,1$' list --csv
expect 0 out '"formula": "y ~ normal(b tanh(a x), 1)"' list --json
expect 0 out '^formula  *y ~ normal(b tanh(a x), 1)$' info tanh-one
expect 0 out '^truth  *y ~ normal(height tanh(x), 1)$' info tanh-one
expect 0 out '"truth_entropy": 1.41893853320467' info tanh-one --json
expect 0 out '"kind": "density"' info old-faithful --json
expect 0 out 'K and W0 are unknown' info old-faithful
expect 0 out '^expected .*λ = 3/2, multiplicity m = 1' info reduced-rank-0

# The stream: n + 1 observations are the first n and one more; another seed, another stream.
expect 0 out '^x,y$' data linear-regression --n 3 --csv
cp "$scratch/out" "$scratch/first"
run data linear-regression --n 4 --csv
head -n 4 "$scratch/out" | cmp -s - "$scratch/first"
result $? 'data set 4 extends data set 3'
run data linear-regression --n 3 --csv --data-seed 2
! cmp -s "$scratch/out" "$scratch/first"
result $? 'another data seed, other data'
run data linear-regression --n 3 --csv --seed 2 --threads 2
cmp -s "$scratch/out" "$scratch/first"
result $? 'data do not depend on --seed or --threads'
expect 0 out '^x1,x2,k,y$' data reduced-rank-0 --n 2 --csv
expect 0 out '^3.6' data old-faithful --n 2 --csv
expect 0 out '"entropy"' data coin --n 2 --json

# y ~ normal(a x, 1), normal prior of spread 1: Z is closed in S_xx, S_xy, S_yy.
model='param a in [-20, 20]; input x ~ normal(0, 1); output y ~ normal(a*x, 1); truth y ~ normal(0.5*x, 1); prior a ~ normal(0, 1)'
run data -e "$model" --n 30 --csv
wanted=$(awk -F, 'NR > 1 { n++; xx += $1 * $1; xy += $1 * $2; yy += $2 * $2 }
    END { printf "%.12g", -n / 2 * log(2 * 3.14159265358979323846) - log(1 + xx) / 2 - (yy - xy * xy / (1 + xx)) / 2 }' "$scratch/out")
run evidence -e "$model" --n 30 --csv
near "$(awk -F, 'NR == 2 { print $2 }' "$scratch/out")" "$wanted" 1e-7 'evidence of a regression by integration is the closed form'
run evidence -e "$model" --n 30 --csv --method particles
awk -F, -v want="$wanted" 'NR == 2 { d = $2 - want; if (d < 0) d = -d; exit !($5 > 0 && $5 < 0.3 && d < 4 * $5) }' "$scratch/out"
result $? 'and by particles, within four standard errors'
cp "$scratch/out" "$scratch/first"
run evidence -e "$model" --n 30 --csv --method particles --threads 1
cmp -s "$scratch/out" "$scratch/first"
result $? 'particles do not depend on --threads'
# twenty tosses: a Beta function
run data coin --n 20 --csv
wanted=$(awk 'function lfact(k, s) { s = 0; while (k > 1) s += log(k--); return s }
    NR > 1 { n++; h += $1 } END { printf "%.12g", lfact(h) + lfact(n - h) - lfact(n + 1) }' "$scratch/out")
run evidence -e 'param p in [0, 1]; output y ~ bernoulli(p); truth y ~ bernoulli(0.5)' --n 20 --csv
near "$(awk -F, 'NR == 2 { print $2 }' "$scratch/out")" "$wanted" 1e-7 'evidence of a coin is a Beta function'
# K = w1² w2²/2 of the model is that of the potential
run evidence normal-crossing --n 1e3,1e9 --csv
awk -F, '{ print $1, $2 }' "$scratch/out" >"$scratch/first"
run evidence product-regression --population --n 1e3,1e9 --csv
awk -F, '{ getline line <first; split(line, w, " "); d = $2 - w[2]; if (d > 1e-6 || d < -1e-6) bad = 1; n++ }
    END { exit bad || n != 3 }' first="$scratch/first" "$scratch/out"
result $? 'evidence of K is that of the potential it equals'
expect 0 out '"normalised_free_energy": ' evidence coin --n 10 --json
expect 0 out '"method": "particles"' evidence tanh-two --n 10 --particles 256 --json
expect 0 out '^a\[1\],a\[2\],b\[1\],b\[2\]$' posterior tanh-two --n 10 --particles 256 --draws 3 --csv
[ "$(wc -l <"$scratch/out")" -eq 4 ]
result $? 'as many draws as asked for'
for sampler in hmc nuts mala rw slice; do
    expect 0 out "sampler $sampler" posterior tanh-two --n 10 --particles 256 --sampler $sampler
    expect 0 out "by 8 chains of .* sampler $sampler" \
        posterior tanh-one --n 10 --chains --warmup 50 --draws 160 --sampler $sampler
done
expect 0 out '"name": "crossing"' phases product-regression --n 50 --json
expect 0 out '^  *0.5.*crossing' phases product-regression --n 50 --knob slope --steps 5

expect 0 out '^rank  *1 of 2' fisher product-regression --at w1=0.5
expect 0 out 'the Hessian of K differs from the Fisher information' fisher tanh-one --at a=1,b=1
expect 0 out '"matrix_of": "fisher information"' fisher tanh-one --at a=1 --json
# I = E[x²] [[w2², w1 w2], [w1 w2, w1²]]
run fisher product-regression --at w1=0.5,w2=-1.5 --csv
near "$(awk -F, 'NR == 2 { print $1 }' "$scratch/out")" 2.5 1e-12 'the Fisher information of a product'
expect 0 out 'points: q = 0' zeros tanh-two-one
expect 0 out '"labels": ' zeros tanh-two-one --points 20 --json
expect 0 out ',region,label$' zeros tanh-two-one --points 20 --csv
expect 0 out 'not W0' zeros old-faithful
expect 0 out '^ *0.01 ' volume product-regression --eps 0.01
expect 1 err 'volumes are integrated over at most three' volume tanh-two --eps 0.01
expect 0 out 'Product of two weights' frame product-regression --n 100 --size 100x30

# ---- lambda, exactly; estimators; learning curves ----
expect 0 out '^lambda  *5/12 = 0.41666667$' rlct cusp
expect 0 out '^multiplicity 1$' rlct cusp
expect 0 out '^E3 ' rlct cusp --tree
expect 0 out '^lambda,lambda_value,multiplicity,standing,lower,upper,method,at$' rlct cusp --csv
expect 0 out '^5/12,' rlct cusp --csv
run rlct cusp --json
for key in lambda lambda_value multiplicity standing method at why; do
    grep -q "\"$key\": " "$scratch/out"
    result $? "JSON of rlct has $key"
done
expect 0 out '"lambda": "5/12"' rlct cusp --json
expect 0 out '^lambda  *1/2 = 0.5$' rlct normal-crossing --at w1=0.5
expect 0 out '^multiplicity 1$' rlct normal-crossing --at w1=0.5
expect 0 out '^multiplicity 2$' rlct normal-crossing --at w1=0
expect 1 err 'K is not 0 at the point' rlct normal-crossing --at w1=0.5,w2=0.5
# real, not complex: the least N of x² − 2y² lies on two real lines, that of x² + 2y² at a point
expect 0 out '^1/2,0.5,2,' rlct -e 'param x, y in [-1, 1]; potential K = (x^2 - 2*y^2)^2' --csv
expect 0 out '^1/2,0.5,1,' rlct -e 'param x, y in [-1, 1]; potential K = (x^2 + 2*y^2)^2' --csv
expect 0 out '^ring R = 0,(w1,w2),dp;$' rlct cusp --export singular
expect 0 out '^R = QQ\[w1, *w2\]' rlct cusp --export macaulay2
expect 1 err "did you mean 'singular'" rlct cusp --export singulr
expect 0 out '^estimator  *lambda  *± error  *target at n' estimate normal-crossing --with wbic
expect 0 out '^estimator,quantity,lambda,error,target,z,seconds,caution$' estimate normal-crossing --with wbic --csv
run estimate normal-crossing --with slope,wbic --json
for key in rows exact estimator lambda error seconds; do
    grep -q "\"$key\": " "$scratch/out"
    result $? "JSON of estimate has $key"
done
expect 2 err "did you mean 'wbic'" estimate normal-crossing --with wbik
expect 2 err 'reflect, clamp or off is wanted' estimate normal-crossing --with llc-sgld --walls nonsense
# steps that stop at the walls of the box: the bias of SGLD at this step is known
expect 0 out '^llc-sgld *0\.5[01]' estimate -e 'param w1,w2 in [-1,1]; potential K = w1^2*w2^2' --n 1000 \
    --with llc-sgld --step 1e-2 --gamma 0 --walls clamp --draws 100000 --burn-in 5000 --chains 8
expect 0 out '^step-too-large ' estimate --failure list
expect 2 err "did you mean 'step-too-large'" estimate --failure step-too-larg
run learn product-regression --n 10,30 --datasets 3 --json
for key in rows n free_energy gen_loss train_loss gibbs_gen gibbs_train waic wbic functional_variance; do
    grep -q "\"$key\": " "$scratch/out"
    result $? "JSON of learn has $key"
done
cp "$scratch/out" "$scratch/first"
run learn product-regression --n 10,30 --datasets 3 --json --threads 1
cmp -s "$scratch/out" "$scratch/first"
result $? 'learning curves do not depend on --threads'
expect 0 out '^n,' learn product-regression --n 10 --datasets 2 --csv
expect 1 err 'it has no data to learn from' learn circle

# no number is ever NaN or infinite in JSON
for command in 'evidence cusp' 'volume line' 'fisher circle --at w1=1' 'zeros circle' 'info no-zero' \
    'posterior line --draws 2' 'phases two-wells' list doctor 'info old-faithful' 'data old-faithful' \
    'zeros tanh-two' 'evidence old-faithful --n 20 --particles 256' 'fisher relu-one' \
    'posterior tanh-one --n 20' 'phases relu-two --n 2 --particles 256' \
    'rlct cusp' 'rlct tanh-four' 'estimate normal-crossing --with slope,wbic' 'learn coin --n 5 --datasets 2'; do
    # shellcheck disable=SC2086
    run $command --json
    [ "$code" -eq 0 ] && ! grep -qiE ':.*[^"a-z](nan|inf)[^a-z]' "$scratch/out"
    result $? "JSON of $command has numbers only"
done
finish
