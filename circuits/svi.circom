// SPDX-License-Identifier: Apache-2.0
pragma circom 2.2.0;

include "sqrt.circom";

// Svi: fine total vol s of a raw SVI slice at log-moneyness k.               (M1)
//
//   w(k) = a + b rho (k - m) + b sqrt((k - m)^2 + sigma^2),   s = floor(sqrt(w))
//
//   in   k            [2^-32], |k| < 8
//   in   a            [2^-72], signed;  b, bRho [2^-40];  m [2^-32], |m| < 8;  sigmaSq [2^-64]
//                     a valid slice has 0 < w < 56^2 at every admitted k
//   out  out          s [2^-36]
//   cost 167
//   twin zkmargin/option.py total_variance, total_vols
template Svi() {
    signal input k;
    signal input a;
    signal input b;
    signal input bRho;
    signal input m;
    signal input sigmaSq;
    signal output out;

    var y = k - m;
    signal root <== FloorSqrt(37)(y * y + sigmaSq);
    signal line <== bRho * y;
    signal curve <== b * root;
    out <== FloorSqrt(42)(a + line + curve);
}
