#include "store/sql.h"

namespace wardlight::store {

Result<Rows> SqlConnection::query_with(std::string_view sql,
                                       std::initializer_list<SqlValue> values) {
    SqlStatement* statement = TRY(prepare(sql));
    statement->reset();
    std::size_t index = 0;
    for (const SqlValue& value : values) TRY(statement->bind(++index, value));
    return Rows(*statement);
}

}  // namespace wardlight::store
