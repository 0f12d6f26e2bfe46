"""scikit-learn and scipy, whose libraries need a library that only they need."""

import numpy as np
from dash import Dash, Input, Output, callback, html
from scipy import linalg
from sklearn.linear_model import LinearRegression

app = Dash(__name__)
app.layout = html.Div([html.Button("Fit", id="button"), html.Div(id="out")])


@callback(Output("out", "children"), Input("button", "n_clicks"), prevent_initial_call=True)
def fit(clicks: int) -> str:
    """Fit a line, and ask LAPACK for a determinant."""
    x = np.arange(10.0).reshape(-1, 1)
    model = LinearRegression().fit(x, 3 * x[:, 0] + clicks)
    return f"{model.coef_[0]:.2f} {model.intercept_:.2f} {linalg.det(2 * np.eye(3)):.1f}"


if __name__ == "__main__":
    app.run()
