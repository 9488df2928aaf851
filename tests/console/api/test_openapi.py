from tests.console.api.caller import Caller


async def test_the_document_names_every_address_with_its_problems(nobody: Caller) -> None:
    answer = await nobody.get("/openapi.json")
    document = answer.json()
    assert (answer.status, document["openapi"][:2]) == (200, "3.")
    assert sorted(document["paths"]) == [
        "/api/v1/health",
        "/api/v1/jobs",
        "/api/v1/jobs/{id}",
        "/api/v1/orders",
        "/api/v1/orders/{id}",
        "/api/v1/transfers",
    ]
    submit = document["paths"]["/api/v1/orders"]["post"]
    assert set(submit["responses"]) == {"202", "400", "401", "403", "409", "413", "415", "422", "503"}
    assert "application/problem+json" in submit["responses"]["422"]["content"]
    [key] = submit["parameters"]
    assert (key["name"], key["in"], key["required"]) == ("Idempotency-Key", "header", True)
    assert submit["requestBody"]["required"]


async def test_the_document_is_the_same_the_second_time(nobody: Caller) -> None:
    assert (await nobody.get("/openapi.json")).body == (await nobody.get("/openapi.json")).body


async def test_no_page_with_scripts_from_elsewhere_is_served(nobody: Caller) -> None:
    (await nobody.get("/docs")).problem(404, "not_found")
