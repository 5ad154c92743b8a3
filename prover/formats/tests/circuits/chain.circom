pragma circom 2.1.0;

// x^5 with a constant and a key, `rounds` times. Most signals are in no row of B: their points there
// are at infinity.
template Chain(rounds) {
    signal input x;
    signal input key;
    signal output y;
    signal square[rounds];
    signal fourth[rounds];
    signal state[rounds + 1];

    state[0] <== x;
    for (var i = 0; i < rounds; i++) {
        var t = state[i] + key + i * 1234567890123456789012345678901234567890;
        square[i] <== t * t;
        fourth[i] <== square[i] * square[i];
        state[i + 1] <== fourth[i] * t;
    }
    y <== 3 * state[rounds] - key;
}

component main { public [key] } = Chain(40);
