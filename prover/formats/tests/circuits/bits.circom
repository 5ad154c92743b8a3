pragma circom 2.1.0;

// A number of 64 bits, and the sum of its bits. Coefficients are small, negative and powers of two.
template Bits(width) {
    signal input value;
    signal output ones;
    signal bit[width];

    var sum = 0;
    var weight = 0;
    for (var i = 0; i < width; i++) {
        bit[i] <-- (value >> i) & 1;
        bit[i] * (bit[i] - 1) === 0;
        sum += bit[i];
        weight += bit[i] * (1 << i);
    }
    weight === value;
    ones <== sum;
}

component main = Bits(64);
