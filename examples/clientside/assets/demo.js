window.dash_clientside = Object.assign({}, window.dash_clientside, {
    demo: {
        double: (value) => `twice ${value} is ${2 * value}`,
        digest: async (text, frequency) => {
            if (frequency === 0) throw window.dash_clientside.PreventUpdate;
            const bytes = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
            const hex = Array.from(new Uint8Array(bytes), (b) => b.toString(16).padStart(2, "0"));
            return `sha256: ${hex.join("").slice(0, 16)}`;
        },
    },
});
