/// What `GET /openapi.json` answers: every page, field and status of the control plane (OpenAPI 3.0).
///
/// Written by hand like the rest of the interface, and held against what the server does by a test that
/// sends what the document allows.
enum OpenAPIDocument {
  static let text = pages + components

  private static let pages = #"""
    {
      "openapi": "3.0.3",
      "info": {
        "title": "pawl control plane",
        "version": "1",
        "description": "Moves tenants, fenced, and proves each one."
      },
      "security": [{"bearer": []}],
      "paths": {
        "/health": {
          "get": {
            "operationId": "health",
            "summary": "Whether this serves.",
            "security": [],
            "responses": {
              "200": {
                "description": "It does.",
                "content": {"application/json": {"schema": {"type": "object"}}}
              }
            }
          }
        },
        "/openapi.json": {
          "get": {
            "operationId": "document",
            "summary": "This document.",
            "security": [],
            "responses": {
              "200": {"description": "It.", "content": {"application/json": {"schema": {"type": "object"}}}}
            }
          }
        },
        "/cp/admin/tenants": {
          "get": {
            "operationId": "tenants",
            "summary": "Every tenant, as it was seen a moment ago.",
            "responses": {
              "200": {
                "description": "Done.",
                "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Tenants"}}}
              },
              "401": {"$ref": "#/components/responses/Unknown"},
              "403": {"$ref": "#/components/responses/Forbidden"},
              "503": {"$ref": "#/components/responses/Unready"}
            },
            "security": [{"bearer": []}]
          }
        },
        "/cp/admin/versions": {
          "get": {
            "operationId": "versions",
            "summary": "The releases that were proven, newest first.",
            "responses": {
              "200": {
                "description": "Done.",
                "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Versions"}}}
              },
              "401": {"$ref": "#/components/responses/Unknown"},
              "403": {"$ref": "#/components/responses/Forbidden"},
              "503": {"$ref": "#/components/responses/Unready"}
            },
            "security": [{"bearer": []}]
          }
        },
        "/cp/admin/runs": {
          "get": {
            "operationId": "runs",
            "summary": "The orders that were taken, newest first.",
            "responses": {
              "200": {
                "description": "Done.",
                "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Runs"}}}
              },
              "401": {"$ref": "#/components/responses/Unknown"},
              "403": {"$ref": "#/components/responses/Forbidden"},
              "503": {"$ref": "#/components/responses/Unready"}
            },
            "security": [{"bearer": []}]
          }
        },
        "/cp/admin/runs/{run}": {
          "get": {
            "operationId": "run",
            "summary": "One of them.",
            "responses": {
              "200": {
                "description": "Done.",
                "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Run"}}}
              },
              "401": {"$ref": "#/components/responses/Unknown"},
              "403": {"$ref": "#/components/responses/Forbidden"},
              "503": {"$ref": "#/components/responses/Unready"},
              "404": {
                "description": "No such run.",
                "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Complaint"}}}
              }
            },
            "security": [{"bearer": []}],
            "parameters": [
              {
                "name": "run",
                "in": "path",
                "required": true,
                "schema": {"type": "integer", "minimum": 1}
              }
            ]
          }
        },
        "/cp/admin/tenants/{slug}/redeploy": {
          "post": {
            "operationId": "redeploy",
            "summary": "Order one tenant. Without a body: to the newest proven release.",
            "parameters": [
              {
                "name": "slug",
                "in": "path",
                "required": true,
                "schema": {"type": "string", "pattern": "^[a-z0-9-]{1,63}$"}
              },
              {"$ref": "#/components/parameters/Key"}
            ],
            "requestBody": {
              "required": false,
              "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Redeploy"}}}
            },
            "responses": {
              "200": {"$ref": "#/components/responses/Done"},
              "401": {"$ref": "#/components/responses/Unknown"},
              "403": {"$ref": "#/components/responses/Forbidden"},
              "503": {"$ref": "#/components/responses/Unready"},
              "400": {"$ref": "#/components/responses/Impossible"},
              "404": {"$ref": "#/components/responses/Missing"},
              "409": {"$ref": "#/components/responses/Refused"},
              "413": {"$ref": "#/components/responses/TooLarge"},
              "422": {"$ref": "#/components/responses/Undecided"},
              "500": {"$ref": "#/components/responses/Failed"}
            }
          }
        },
        "/cp/admin/tenants/redeploy-fleet": {
          "post": {
            "operationId": "redeployFleet",
            "summary": "Order several tenants: a canary, then batches.",
            "parameters": [{"$ref": "#/components/parameters/Key"}],
            "requestBody": {
              "required": true,
              "content": {"application/json": {"schema": {"$ref": "#/components/schemas/RedeployFleet"}}}
            },
            "responses": {
              "200": {"$ref": "#/components/responses/Done"},
              "401": {"$ref": "#/components/responses/Unknown"},
              "403": {"$ref": "#/components/responses/Forbidden"},
              "503": {"$ref": "#/components/responses/Unready"},
              "400": {"$ref": "#/components/responses/Impossible"},
              "404": {"$ref": "#/components/responses/Missing"},
              "409": {"$ref": "#/components/responses/Refused"},
              "413": {"$ref": "#/components/responses/TooLarge"},
              "422": {"$ref": "#/components/responses/Undecided"},
              "500": {"$ref": "#/components/responses/Failed"}
            }
          }
        }
      },
    """#
}
